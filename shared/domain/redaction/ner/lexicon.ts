import { hashText, mix } from './hash.ts';

/** What lists say of a word or phrase, one bit each. */
export const BIT = {
  GIVEN_COMMON: 1 << 0,
  GIVEN: 1 << 1,
  SURNAME_COMMON: 1 << 2,
  SURNAME: 1 << 3,
  CITY_BIG: 1 << 4,
  CITY: 1 << 5,
  REGION: 1 << 6,
  NATIONALITY: 1 << 7,
  COMPANY: 1 << 8,
  COMPANY_WORD: 1 << 9,
  JOB: 1 << 10,
  STREET_WORD: 1 << 11,
  HONORIFIC: 1 << 12,
  DATE_WORD: 1 << 13,
  COMMON: 1 << 14,
  USUAL: 1 << 15,
  KNOWN: 1 << 16,
  STATE_CODE: 1 << 17,
  NOUN: 1 << 18,
  VERB: 1 << 19,
  ADJECTIVE: 1 << 20,
  FUNCTION: 1 << 21,
  PLACE_WORD: 1 << 22,
  FAMOUS: 1 << 23,
  /** Some longer phrase goes on from here. */
  GOES_ON: 1 << 24,
} as const;
export type Bit = keyof typeof BIT;

/** Bits that a phrase of several words hands to its words. */
export const PHRASE_BITS =
  BIT.CITY_BIG | BIT.CITY | BIT.REGION | BIT.NATIONALITY | BIT.COMPANY | BIT.JOB | BIT.FAMOUS | BIT.PLACE_WORD;
/** Set by the lookup: first word, further word of a listed phrase. */
export const PHRASE_BEGIN = 1 << 25;
export const PHRASE_INSIDE = 1 << 26;
export const MAX_PHRASE = 5;

const MARKS = /\p{M}/gu;

/** How a word is looked up: small letters without accents. */
export function fold(word: string): string {
  const lower = word.toLowerCase();
  for (let i = 0; i < lower.length; i++)
    if (lower.charCodeAt(i) > 127) return lower.normalize('NFKD').replace(MARKS, '');
  return lower;
}

export const wordKey = (folded: string): number => hashText(folded) || 1;
export const phraseKey = (before: number, word: number): number => mix(before, word) || 1;

/** Words are sorted by the company they keep into coarse clusters, each of so many fine ones, numbered through from 1. */
export const COARSE = 64;
export const FINE = 16;
export const coarseOf = (cluster: number): number => (cluster + FINE - 1) >> 4;

/** Ascending keys, and of each what lists say and its cluster (0: none). */
export interface Entries {
  keys: Int32Array;
  bits: Int32Array;
  clusters: Int16Array;
}

/** Words and phrases by 32-bit hash with their bits and clusters, open addressing. About 10 bytes for each of its places. */
export class Lexicon {
  readonly #keys: Int32Array;
  readonly #bits: Int32Array;
  readonly #clusters: Int16Array;
  readonly #mask: number;

  constructor({ keys, bits, clusters }: Entries) {
    let size = 1024;
    while (size < keys.length * 1.6) size *= 2;
    this.#mask = size - 1;
    this.#keys = new Int32Array(size);
    this.#bits = new Int32Array(size);
    this.#clusters = new Int16Array(size);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? 0;
      let at = Math.imul(key, 0x9e3779b1) >>> 0;
      while (this.#keys[at & this.#mask] !== 0) at++;
      at &= this.#mask;
      this.#keys[at] = key;
      this.#bits[at] = bits[i] ?? 0;
      this.#clusters[at] = clusters[i] ?? 0;
    }
  }

  /** Where a key stands, -1 for what is not listed. */
  find(key: number): number {
    let at = Math.imul(key, 0x9e3779b1) >>> 0;
    for (;;) {
      at &= this.#mask;
      const found = this.#keys[at];
      if (found === key) return at;
      if (found === 0) return -1;
      at++;
    }
  }

  /** Bits at a place, 0 at none. */
  bitsAt(place: number): number {
    return place < 0 ? 0 : (this.#bits[place] ?? 0);
  }

  /** Cluster at a place, 0 at none. */
  clusterAt(place: number): number {
    return place < 0 ? 0 : (this.#clusters[place] ?? 0);
  }
}

export const NO_ENTRIES: Entries = { keys: new Int32Array(0), bits: new Int32Array(0), clusters: new Int16Array(0) };
