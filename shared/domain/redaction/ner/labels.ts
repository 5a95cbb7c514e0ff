import { BREAK } from './tokenize.ts';

/** What the model tells apart; `-1` of the way from type to label is "outside". */
export const NER_TYPES = ['PERSON', 'ORGANIZATION', 'LOCATION', 'ADDRESS', 'DATE_TIME', 'TITLE', 'AGE', 'NRP'] as const;
export type NerType = (typeof NER_TYPES)[number];

/** Outside, then a beginning and an inside of each type. */
export const LABELS = 1 + NER_TYPES.length * 2;
export const OUTSIDE = 0;
export const beginOf = (type: number): number => 1 + type * 2;
export const insideOf = (type: number): number => 2 + type * 2;
export const typeOf = (label: number): number => (label - 1) >> 1;
export const isInside = (label: number): boolean => label > 0 && label % 2 === 0;

/** Whether a label may follow another: an inside only after its own type. */
export const mayFollow = (before: number, label: number): boolean =>
  !isInside(label) || (before > 0 && typeOf(before) === typeOf(label));

const ADDRESS = NER_TYPES.indexOf('ADDRESS');

/** Whether a label may stand at a break (`BREAK`, `BLANK_LINE`, `GAP`): addresses go on in the next line, nothing else does. */
export const mayHold = (label: number, kind: number): boolean =>
  label === OUTSIDE || (kind === BREAK && label === insideOf(ADDRESS));

/** By this name what the learned model finds is told from what has a shape. */
export const LEARNED_NAMES = 'learned-names';
