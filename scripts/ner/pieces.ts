import type { Lists } from './lists.ts';
import type { Random } from './random.ts';

/** A piece of a generated text: what it says, and the type it is labelled with. Nested pieces keep labels of their own. */
export interface Piece {
  text: string;
  type?: string;
}
export type Filler = (random: Random, lists: Lists) => Piece | Piece[];

export const label =
  (type: string, make: (random: Random, lists: Lists) => string): Filler =>
  (random, lists) => ({ text: make(random, lists), type });
export const plain =
  (make: (random: Random, lists: Lists) => string): Filler =>
  (random, lists) => ({ text: make(random, lists) });

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
/** Without what follows a hyphen or a space. */
export const wordOf = (entry: string): string => entry.replace(/\W.*/, '');
export const initial = (random: Random): string => String.fromCharCode(65 + random.below(26));
export const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.below(10)).join('');
