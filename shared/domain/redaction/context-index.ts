const WORD = /[\p{L}\p{N}]+/gu;

/** Characters before and after a candidate in which a context word counts. */
const BEFORE = 60;
const AFTER = 30;

/** Words of a text with their places; answers whether a word or phrase stands near, as whole words only. Built in one pass. */
export interface ContextIndex {
  /** The words as written, in order. */
  readonly words: readonly string[];
  readonly starts: readonly number[];
  near(phrases: readonly string[], start: number, end: number): boolean;
}

export function contextIndex(text: string): ContextIndex {
  const words: string[] = [];
  const starts: number[] = [];
  const places = new Map<string, number[]>();
  for (const match of text.matchAll(WORD)) {
    const word = match[0].toLowerCase();
    const list = places.get(word);
    if (list === undefined) places.set(word, [words.length]);
    else list.push(words.length);
    words.push(match[0]);
    starts.push(match.index);
  }
  const hits = new Map<readonly string[], number[]>();
  const hitsOf = (phrases: readonly string[]): number[] => {
    const known = hits.get(phrases);
    if (known !== undefined) return known;
    const found: number[] = [];
    for (const phrase of phrases) {
      const parts = phrase.split(' ');
      for (const index of places.get(parts[0] ?? '') ?? [])
        if (parts.every((part, i) => words[index + i]?.toLowerCase() === part)) found.push(starts[index] ?? 0);
    }
    found.sort((a, b) => a - b);
    hits.set(phrases, found);
    return found;
  };
  return {
    words,
    starts,
    near: (phrases, start, end) => {
      const found = hitsOf(phrases);
      let low = 0;
      let high = found.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((found[middle] ?? 0) < start - BEFORE) low = middle + 1;
        else high = middle;
      }
      // A word inside the candidate itself (the letters of an IBAN) is no context.
      for (let i = low; i < found.length && (found[i] ?? 0) <= end + AFTER; i++) {
        const at = found[i] ?? 0;
        if (at < start || at >= end) return true;
      }
      return false;
    },
  };
}
