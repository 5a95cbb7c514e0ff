import { LINE_HEIGHT, type LineImage } from './line-image.ts';

/** Where a line's image has ink: by column, and the rows from the tops of its letters to their feet. */
export interface Ink {
  /** 1 where a column has ink. */
  columns: Uint8Array;
  /** Half-open. The whole height when nothing stands out. */
  rows: [number, number];
}

/** The outermost rows belong to the margin that detection adds, where neighbouring lines and rulings reach in. */
const MARGIN = Math.round(LINE_HEIGHT * 0.12);
/** Of the fullest row's ink: from here a row belongs to the body of the letters; below the second it is paper. */
const BODY = 0.25;
const PAPER = 0.04;

/** Ink differs from the paper by a good part of the line's contrast; it may be the lighter of the two. */
export function inkOf({ width, channels }: LineImage): Ink {
  // Green stands for grey: it has most of the light, and noise least.
  const pixels = channels[channels.length >> 1] ?? new Uint8Array(width * LINE_HEIGHT);
  const from = MARGIN * width;
  const to = (LINE_HEIGHT - MARGIN) * width;
  const counts = new Uint32Array(256);
  for (let at = from; at < to; at++) {
    const value = pixels[at] ?? 0;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  const paper = quantile(counts, (to - from) * 0.5);
  const dark = paper - quantile(counts, (to - from) * 0.03);
  const light = quantile(counts, (to - from) * 0.97) - paper;
  const threshold = Math.max(8, 0.4 * Math.max(dark, light));
  const low = dark >= light ? paper - threshold : -1;
  const high = dark >= light ? 256 : paper + threshold;
  const columns = new Uint8Array(width);
  const fill = new Uint32Array(LINE_HEIGHT);
  for (let y = 0, at = 0; y < LINE_HEIGHT; y++) {
    const inside = y >= MARGIN && y < LINE_HEIGHT - MARGIN;
    let count = 0;
    for (let x = 0; x < width; x++, at++) {
      const value = pixels[at] ?? 0;
      if (value >= low && value <= high) continue;
      count++;
      if (inside) columns[x] = 1;
    }
    fill[y] = count;
  }
  return { columns, rows: letterRows(fill) };
}

/** From the first to the last full row near the middle, and on from there until a row is all but empty. */
function letterRows(fill: Uint32Array): [number, number] {
  const from = LINE_HEIGHT / 6;
  const to = LINE_HEIGHT - from;
  const peak = Math.max(...fill.subarray(from, to));
  if (peak === 0) return [0, LINE_HEIGHT];
  let top = from;
  while ((fill[top] ?? 0) < BODY * peak) top++;
  let bottom = to;
  while ((fill[bottom - 1] ?? 0) < BODY * peak) bottom--;
  const least = Math.max(1, PAPER * peak);
  while (top > 0 && (fill[top - 1] ?? 0) >= least) top--;
  while (bottom < LINE_HEIGHT && (fill[bottom] ?? 0) >= least) bottom++;
  return [top, bottom];
}

/** The value below which `rank` of the counted lie. */
function quantile(counts: Uint32Array, rank: number): number {
  let seen = 0;
  for (let value = 0; value < counts.length; value++) {
    seen += counts[value] ?? 0;
    if (seen > rank) return value;
  }
  return counts.length - 1;
}
