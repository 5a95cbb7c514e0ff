import type { Row } from './view.ts';

/** Rows that make a list of labels and values. */
const LEAST = 3;
/** Rows of a list are no further apart than this, in row heights. */
const MAX_APART = 3.5;

export interface ListedPair {
  key: string;
  /** Half-open range of the value in its row's text. */
  start: number;
  end: number;
}

/** A label is a few words, not an amount, nor the sentence of a note. */
const isKey = (text: string): boolean =>
  text.length <= 60 &&
  text.split(' ').length <= 7 &&
  /^[^\p{L}\p{N}]{0,2}\p{L}/u.test(text) &&
  /\p{L}{2}/u.test(text) &&
  !/[.;,]$/.test(text);

/**
 * Labels without colons, told by how they stand: rows of two runs of words each, their left sides one under the other,
 * the values' as well, three rows or more. By index of the row.
 */
export function listedPairs(rows: readonly Row[], hasKey: (text: string) => boolean): Map<number, ListedPair> {
  const found = new Map<number, ListedPair>();
  let run: Row[] = [];
  const close = (): void => {
    if (run.length >= LEAST)
      for (const row of run) {
        const [label, value] = row.segments;
        if (label === undefined || value === undefined) continue;
        const key = row.text.slice(label.start, label.end).trim();
        found.set(row.index, { key, start: value.start, end: value.end });
      }
    run = [];
  };
  for (const row of rows) {
    const [label, value, more] = row.segments;
    const text = label === undefined ? '' : row.text.slice(label.start, label.end);
    const listed = label !== undefined && value !== undefined && more === undefined && isKey(text) && !hasKey(text);
    const last = run.at(-1);
    if (!listed) {
      // A value may go on in a line of its own; anything else ends the list.
      const under = last?.segments[1];
      if (under === undefined || row.segments.length !== 1 || Math.abs(row.box[0] - under.box[0]) > row.height) close();
      continue;
    }
    const above = last?.segments;
    const fits =
      last !== undefined &&
      last.page === row.page &&
      row.box[1] - last.box[3] <= MAX_APART * row.height &&
      Math.abs((above?.[0]?.box[0] ?? 0) - label.box[0]) <= row.height &&
      Math.abs((above?.[1]?.box[0] ?? 0) - value.box[0]) <= row.height;
    if (!fits) close();
    run.push(row);
  }
  close();
  return found;
}
