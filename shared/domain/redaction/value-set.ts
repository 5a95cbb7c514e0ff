import { canonical, normalize } from './normalize.ts';

/** Shorter values say too little to look for elsewhere: a `45` or an `Ed` stands in every text. */
export const MIN_VALUE_LENGTH = 5;
const PREFIX = 4;
/** Digits this long found inside a longer run of letters and digits are no accident. */
const EMBEDDED_LENGTH = 9;
const MAX_LENGTH = 512;

export interface ValueHit {
  start: number;
  end: number;
  type: string;
}

/**
 * Values that must not appear, compared by letters and digits alone, so that spacing, line breaks, case, punctuation and
 * lookalikes hide nothing. Serves both to redact every further print of a value and to check that none is left, so the two
 * cannot disagree. Looking costs time linear in the text, however many values there are.
 */
export class ValueSet {
  readonly #types = new Map<string, string>();
  readonly #prefixes = new Set<string>();
  /** Lengths of those that are looked for inside longer words, by how they begin. */
  readonly #embedded = new Map<string, Set<number>>();
  readonly #shortest: number;
  #longest = 0;

  /** `shortest`: letters and digits a value needs to be looked for. */
  constructor(shortest = MIN_VALUE_LENGTH) {
    this.#shortest = shortest;
  }

  get size(): number {
    return this.#types.size;
  }

  /** Every value, as letters and digits alone. */
  list(): string[] {
    return [...this.#types.keys()];
  }

  add(value: string, type: string): void {
    const key = canonical(value);
    if (key.length < this.#shortest || key.length > MAX_LENGTH || this.#types.has(key)) return;
    this.#types.set(key, type);
    this.#prefixes.add(key.slice(0, PREFIX));
    this.#longest = Math.max(this.#longest, key.length);
    if (key.length < EMBEDDED_LENGTH || !/\d{5}/.test(key)) return;
    const prefix = key.slice(0, PREFIX);
    this.#embedded.set(prefix, (this.#embedded.get(prefix) ?? new Set()).add(key.length));
  }

  /** Where values stand in the text, offsets in UTF-16 units of it; the longest at each start. */
  find(text: string): ValueHit[] {
    if (this.#types.size === 0) return [];
    const normalized = normalize(text);
    const tokens = Array.from(normalized.text.matchAll(/[\p{L}\p{N}]+/gu), (match) => ({
      key: match[0].normalize('NFKC').toLowerCase(),
      start: match.index,
      end: match.index + match[0].length,
    }));
    const hits: ValueHit[] = [];
    const push = (start: number, end: number, type: string) => hits.push({ ...normalized.toInput(start, end), type });
    for (let i = 0; i < tokens.length; i++) {
      const first = tokens[i];
      if (first === undefined) break;
      let best: { end: number; type: string } | undefined;
      let joined = '';
      for (let k = i; k < tokens.length && joined.length < this.#longest; k++) {
        joined += tokens[k]?.key ?? '';
        const type = this.#types.get(joined);
        if (type !== undefined) best = { end: tokens[k]?.end ?? first.end, type };
        if (joined.length >= PREFIX && !this.#prefixes.has(joined.slice(0, PREFIX))) break;
      }
      if (best !== undefined) push(first.start, best.end, best.type);
      else {
        const type = this.#typeWithin(first.key);
        if (type !== undefined) push(first.start, first.end, type);
      }
    }
    return hits;
  }
  /** Of the first value that stands anywhere in the word. */
  #typeWithin(word: string): string | undefined {
    if (this.#embedded.size === 0) return undefined;
    for (let at = 0; at + EMBEDDED_LENGTH <= word.length; at++)
      for (const length of this.#embedded.get(word.slice(at, at + PREFIX)) ?? []) {
        const type = this.#types.get(word.slice(at, at + length));
        if (type !== undefined) return type;
      }
    return undefined;
  }
}
