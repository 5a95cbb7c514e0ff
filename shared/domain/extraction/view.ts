import { slopeOf } from '../layout/slope.ts';
import type { Box, Page, Word } from '../page.ts';

/** Characters of one word that are looked at: what is longer carries no field. */
const MAX_WORD = 256;

export interface PlacedWord {
  /** Half-open range in the row's text. */
  start: number;
  end: number;
  box: Box;
  confidence: number;
}

export interface Segment {
  start: number;
  end: number;
  box: Box;
}

/** What stands on one height of a page, left to right. */
export interface Row {
  page: number;
  /** Position among all rows of the document. */
  index: number;
  /** Words joined by a space, segments by two. */
  text: string;
  words: PlacedWord[];
  /** Runs of words without a wide gap. */
  segments: Segment[];
  box: Box;
  /** Typical height of its words. */
  height: number;
}

export const unite = (boxes: readonly Box[]): Box => {
  let [x0, y0, x1, y1] = boxes[0] ?? [0, 0, 0, 0];
  for (const box of boxes) {
    if (box[0] < x0) x0 = box[0];
    if (box[1] < y0) y0 = box[1];
    if (box[2] > x1) x1 = box[2];
    if (box[3] > y1) y1 = box[3];
  }
  return [rounded(x0), rounded(y0), rounded(x1), rounded(y1)];
};

/** Hundredths of a pixel: more digits tell nothing and swell every result. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

const heightOf = (word: Word): number => Math.max(1, word.box[3] - word.box[1]);
const centreY = (word: Word): number => (word.box[1] + word.box[3]) / 2;
const centreX = (word: Word): number => (word.box[0] + word.box[2]) / 2;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 1;
}

function makeRow(page: number, words: Word[]): Row {
  words.sort((a, b) => a.box[0] - b.box[0]);
  const height = median(words.map(heightOf));
  const placed: PlacedWord[] = [];
  const segments: Segment[] = [];
  const parts: string[] = [];
  let length = 0;
  let right = 0;
  for (const word of words) {
    const text = word.text.trim().slice(0, MAX_WORD);
    if (text === '') continue;
    const gap = placed.length > 0 && word.box[0] - right > height * 1.1;
    if (placed.length > 0) {
      parts.push(gap ? '  ' : ' ');
      length += gap ? 2 : 1;
    }
    placed.push({ start: length, end: length + text.length, box: word.box, confidence: word.confidence });
    const segment = segments.at(-1);
    if (segment === undefined || gap) segments.push({ start: length, end: length + text.length, box: word.box });
    else {
      segment.end = length + text.length;
      segment.box = unite([segment.box, word.box]);
    }
    parts.push(text);
    length += text.length;
    right = Math.max(right, word.box[2]);
  }
  return {
    page,
    index: 0,
    text: parts.join(''),
    words: placed,
    segments,
    box: unite(placed.map((word) => word.box)),
    height,
  };
}

/** The rows of all pages, top to bottom: words whose centres lie on one height, along the page's slope. n log n in words. */
export function rowsOf(pages: readonly Page[]): Row[] {
  const rows: Row[] = [];
  for (const page of pages) {
    const words = page.words.filter((word) => word.text.trim() !== '');
    if (words.length === 0) continue;
    const slope = slopeOf(words);
    const level = (word: Word): number => centreY(word) - slope * centreX(word);
    words.sort((a, b) => level(a) - level(b));
    let current: Word[] = [];
    let centre = 0;
    let height = 1;
    for (const word of words) {
      const y = level(word);
      if (current.length > 0 && y - centre > 0.5 * Math.min(height, heightOf(word) * 1.5)) {
        rows.push(makeRow(page.number, current));
        current = [];
      }
      centre = current.length === 0 ? y : centre + (y - centre) / (current.length + 1);
      height = current.length === 0 ? heightOf(word) : Math.max(height, heightOf(word));
      current.push(word);
    }
    if (current.length > 0) rows.push(makeRow(page.number, current));
  }
  for (const [index, row] of rows.entries()) row.index = index;
  return rows;
}

/** Box and mean confidence of the words that a range of a row's text touches. */
export function place(row: Row, start: number, end: number): { box: Box; confidence: number } {
  const touched = row.words.filter((word) => word.start < end && start < word.end);
  if (touched.length === 0) return { box: row.box, confidence: 0 };
  return {
    box: unite(touched.map((word) => word.box)),
    confidence: touched.reduce((sum, word) => sum + word.confidence, 0) / touched.length,
  };
}
