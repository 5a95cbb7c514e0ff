/** Record id of a document's artifact: one record a name. */
export const artifactId = (documentId: string, name: string): string => `${documentId}:${name}`;
