import type { Box, Word } from '../page.ts';

/** Words that stand beside one another, left to right. */
export interface Row {
  words: Word[];
  box: Box;
}

export const middle = (box: Box): number => (box[1] + box[3]) / 2;
export const tallness = (box: Box): number => Math.max(1e-6, box[3] - box[1]);

export function unite(boxes: readonly Box[]): Box {
  const box: Box = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const [x0, y0, x1, y1] of boxes) {
    if (x0 < box[0]) box[0] = x0;
    if (y0 < box[1]) box[1] = y0;
    if (x1 > box[2]) box[2] = x1;
    if (y1 > box[3]) box[3] = y1;
  }
  return boxes.length === 0 ? [0, 0, 0, 0] : box;
}

export function median(values: readonly number[], fallback = 0): number {
  if (values.length === 0) return fallback;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? fallback;
}

export const rowOf = (words: readonly Word[]): Row => {
  const sorted = [...words].sort((a, b) => a.box[0] - b.box[0]);
  return { words: sorted, box: unite(sorted.map((word) => word.box)) };
};

/** From the top of the page to its foot, then from left to right. */
export const byHeight = (a: Row, b: Row): number => middle(a.box) - middle(b.box) || a.box[0] - b.box[0];

interface OpenRow {
  words: Word[];
  heights: number[];
  /** The word that the next one is compared with: recent, and of the row's usual height. */
  guide: Box;
  slot: number;
}

/**
 * Groups words into rows, top to bottom. Rows are followed from word to word, left to right, so that a page that is
 * slightly askew keeps its rows; each word joins the row whose guide is nearest in height on the page.
 */
export function groupRows(words: readonly Word[]): Row[] {
  const slotSize = Math.max(
    1e-6,
    median(
      words.map((word) => tallness(word.box)),
      1,
    ),
  );
  const slots = new Map<number, Set<OpenRow>>();
  const place = (row: OpenRow, slot: number): void => {
    slots.get(row.slot)?.delete(row);
    row.slot = slot;
    const set = slots.get(slot) ?? new Set<OpenRow>();
    set.add(row);
    slots.set(slot, set);
  };
  const rows: OpenRow[] = [];
  for (const word of [...words].sort((a, b) => a.box[0] - b.box[0] || a.box[1] - b.box[1])) {
    const slot = Math.floor(middle(word.box) / slotSize);
    let best: OpenRow | null = null;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let near = slot - 2; near <= slot + 2; near++)
      for (const row of slots.get(near) ?? []) {
        if (!sameRow(row.guide, word.box)) continue;
        const distance = Math.abs(middle(row.guide) - middle(word.box));
        if (distance < bestDistance) {
          best = row;
          bestDistance = distance;
        }
      }
    if (best === null) {
      const row: OpenRow = { words: [word], heights: [tallness(word.box)], guide: word.box, slot };
      rows.push(row);
      place(row, slot);
      continue;
    }
    best.words.push(word);
    best.heights.push(tallness(word.box));
    const usual = median(best.heights.slice(-9));
    const height = tallness(word.box);
    if (height > 0.6 * usual && height < 1.7 * usual) {
      best.guide = word.box;
      place(best, slot);
    }
  }
  return rows.map((row) => rowOf(row.words)).sort(byHeight);
}

/** Overlap of at least half the smaller height; of very different heights, middles that agree as well. */
function sameRow(a: Box, b: Box): boolean {
  const overlap = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const small = Math.min(tallness(a), tallness(b));
  const large = Math.max(tallness(a), tallness(b));
  if (overlap < 0.5 * small) return false;
  return large < 2 * small || Math.abs(middle(a) - middle(b)) < 0.4 * large;
}
