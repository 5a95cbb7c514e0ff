import type { Raster } from './raster.ts';

/**
 * A page as the models see it: blue, green and red, or one plane of grey for all three where the page has no colour, which is
 * a third of the work. 0 to 255, row by row.
 */
export interface Planes {
  width: number;
  height: number;
  channels: readonly Uint8Array[];
}

/** Between the largest and the smallest channel of a pixel: from here it counts as coloured. Scanners' tints stay below. */
const COLOURED = 48;
/** Share of coloured pixels from which the page is kept in colour. */
const SOME = 0.001;

export function planesOf({ width, height, data }: Raster): Planes {
  const count = width * height;
  const grey = new Uint8Array(count);
  let coloured = 0;
  for (let i = 0, p = 0; i < count; i++, p += 4) {
    // biome-ignore-start lint/style/noNonNullAssertion: the raster holds four bytes a pixel
    const r = data[p]!;
    const g = data[p + 1]!;
    const b = data[p + 2]!;
    // biome-ignore-end lint/style/noNonNullAssertion: the raster holds four bytes a pixel
    grey[i] = (r * 77 + g * 150 + b * 29 + 128) >> 8;
    if (r - b > COLOURED || b - r > COLOURED || r - g > COLOURED || g - r > COLOURED) coloured++;
  }
  if (coloured < SOME * count) return { width, height, channels: [grey] };
  const blue = grey;
  const green = new Uint8Array(count);
  const red = new Uint8Array(count);
  for (let i = 0, p = 0; i < count; i++, p += 4) {
    red[i] = data[p] ?? 0;
    green[i] = data[p + 1] ?? 0;
    blue[i] = data[p + 2] ?? 0;
  }
  return { width, height, channels: [blue, green, red] };
}

/** The planes turned clockwise by a quarter or a half. */
export function turnPlanes({ width, height, channels }: Planes, degrees: 90 | 180): Planes {
  const turned = channels.map((from) => {
    const to = new Uint8Array(from.length);
    if (degrees === 180) {
      for (let i = 0, j = to.length - 1; j >= 0; i++, j--) to[j] = from[i] ?? 0;
      return to;
    }
    for (let y = 0; y < height; y++)
      for (let x = 0, at = height - 1 - y; x < width; x++, at += height) to[at] = from[y * width + x] ?? 0;
    return to;
  });
  return degrees === 180 ? { width, height, channels: turned } : { width: height, height: width, channels: turned };
}

/**
 * A plane brought to another size: shrunk by the mean of the pixels that each new one covers, enlarged linearly. Rows first,
 * then columns.
 */
export function resizePlane(from: Uint8Array, width: number, height: number, toWidth: number, toHeight: number) {
  if (width === toWidth && height === toHeight) return Float32Array.from(from);
  const across = taps(width, toWidth);
  const down = taps(height, toHeight);
  const out = new Float32Array(toWidth * toHeight);
  // One row at a time, kept while the next output row still needs it.
  const rows = new Map<number, Float32Array>();
  const spare: Float32Array[] = [];
  const rowAt = (y: number): Float32Array => {
    let row = rows.get(y);
    if (row !== undefined) return row;
    row = spare.pop() ?? new Float32Array(toWidth);
    const base = y * width;
    // biome-ignore-start lint/style/noNonNullAssertion: taps stay inside the row
    for (let x = 0, t = 0; x < toWidth; x++) {
      let sum = 0;
      const first = base + across.first[x]!;
      const count = across.count[x]!;
      for (let k = 0; k < count; k++) sum += from[first + k]! * across.weights[t++]!;
      row[x] = sum;
    }
    rows.set(y, row);
    return row;
  };
  for (let y = 0, t = 0; y < toHeight; y++) {
    const first = down.first[y]!;
    const base = y * toWidth;
    for (const [known, row] of rows)
      if (known < first) {
        rows.delete(known);
        spare.push(row);
      }
    for (let k = 0; k < down.count[y]!; k++) {
      const row = rowAt(first + k);
      const weight = down.weights[t++]!;
      for (let x = 0; x < toWidth; x++) out[base + x]! += row[x]! * weight;
    }
    // biome-ignore-end lint/style/noNonNullAssertion: taps stay inside the row
  }
  return out;
}

interface Taps {
  first: Int32Array;
  count: Int32Array;
  /** Of each place in turn; they sum to 1. */
  weights: Float32Array;
}

/** Which of `from` pixels each of `to` is made of: those under it when shrinking, the nearest two when enlarging. */
function taps(from: number, to: number): Taps {
  const step = from / to;
  const reach = Math.max(1, step);
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights: number[] = [];
  for (let i = 0; i < to; i++) {
    const middle = (i + 0.5) * step;
    const low = Math.max(0, Math.floor(middle - reach));
    const high = Math.min(from, Math.ceil(middle + reach));
    const own: number[] = [];
    for (let k = low; k < high; k++) {
      const weight =
        step > 1 ? Math.min(k + 1, middle + step / 2) - Math.max(k, middle - step / 2) : 1 - Math.abs(k + 0.5 - middle);
      own.push(Math.max(0, weight));
    }
    while (own.length > 1 && own.at(-1) === 0) own.pop();
    let skipped = 0;
    while (skipped < own.length - 1 && own[skipped] === 0) skipped++;
    const sum = own.reduce((a, b) => a + b, 0);
    first[i] = low + skipped;
    count[i] = own.length - skipped;
    for (let k = skipped; k < own.length; k++) weights.push((own[k] ?? 0) / sum);
  }
  return { first, count, weights: Float32Array.from(weights) };
}
