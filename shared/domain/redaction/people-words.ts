import { canonical } from './normalize.ts';
import { isPaperWord } from './paper-words.ts';

/** From so many letters on, a word of a name is told by another word's beginning or end: `oquennell`, `quennells`. */
const TELLING = 5;
/** Shortest word of a name. */
const LEAST = 3;
const LONGEST = 64;

/** How names are written where keyboards have no accents, and where they have. */
const TWO_LETTERS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe', æ: 'ae', œ: 'oe' };
const ONE_LETTER: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ı: 'i' };

const swapped = (text: string, by: Readonly<Record<string, string>>): string =>
  [...text].map((char) => by[char] ?? char).join('');
const bare = (text: string): string =>
  swapped(text.replaceAll('ß', 'ss'), ONE_LETTER).normalize('NFD').replace(/\p{M}/gu, '');

/** `müller` is `muller` and `mueller`. */
function spellings(word: string): string[] {
  const key = canonical(word).normalize('NFC');
  return [...new Set([bare(key), bare(swapped(key, TWO_LETTERS))])];
}

/**
 * Words of people's names as they stand in file names: without accents, and grown together with an initial, a title or each
 * other. Words that papers are called by are none.
 */
export class PeopleWords {
  readonly #words: ReadonlySet<string>;

  constructor(words: readonly string[]) {
    this.#words = new Set(words.filter((word) => !isPaperWord(word)).flatMap(spellings));
  }

  /** Words of the text that say such a name; offsets in UTF-16 units. */
  find(text: string): { start: number; end: number }[] {
    if (this.#words.size === 0) return [];
    return [...text.matchAll(/[\p{L}\p{M}]{3,}/gu)]
      .filter(([word]) => !isPaperWord(word) && spellings(word).some((spelling) => this.#tells(spelling)))
      .map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
  }

  #tells(word: string): boolean {
    if (this.#words.has(word)) return true;
    for (let length = TELLING; length <= Math.min(LONGEST, word.length); length++)
      if (this.#words.has(word.slice(0, length)) || this.#words.has(word.slice(-length))) return true;
    for (let at = LEAST; at <= Math.min(LONGEST, word.length - LEAST); at++)
      if (this.#words.has(word.slice(0, at)) && this.#words.has(word.slice(at))) return true;
    return false;
  }
}
