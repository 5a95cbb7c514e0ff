/** Bounds on what one tenant defines: all of it is read for every document. */
export const MAX_FIELD_DEFINITIONS = 500;
export const MAX_TEMPLATES = 100;
