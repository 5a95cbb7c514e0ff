import type { Raster } from './raster.ts';

/** A page reduced to ink and paper. Pixel (x, y) of the map is the darkest of a square of `scale` x `scale` page pixels. */
export interface InkMap {
  width: number;
  height: number;
  scale: number;
  /** 1 where there is ink. */
  ink: Uint8Array;
  /** Lightness, 0 to 255. */
  luma: Uint8Array;
  /** Lightness of the bare paper, over the whole page. */
  paper: number;
}

/** The longer side of the map is about this: hairlines stay, and a page costs the same at any resolution. */
const LONGER_SIDE = 1300;
/** Squares of the map that have a paper lightness of their own, as shadows fall. */
const TILE = 16;
/** Ink is darker than the paper by this at least; by more where the paper is noisy. */
const LEAST_CONTRAST = 18;
const MOST_CONTRAST = 48;

export function inkMap(raster: Raster): InkMap {
  const scale = Math.max(1, Math.round(Math.max(raster.width, raster.height) / LONGER_SIDE));
  const width = Math.max(1, Math.floor(raster.width / scale));
  const height = Math.max(1, Math.floor(raster.height / scale));
  const luma = darkest(raster, width, height, scale);
  const { levels, columns, paper } = paperLevels(luma, width, height);
  const contrast = Math.min(MOST_CONTRAST, Math.max(LEAST_CONTRAST, 3 * noiseOf(luma, paper)));
  const ink = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const tiles = Math.floor(y / TILE) * columns;
    for (let left = 0, tile = tiles; left < width; left += TILE, tile++) {
      const threshold = (levels[tile] ?? 255) - contrast;
      const end = y * width + Math.min(width, left + TILE);
      for (let at = y * width + left; at < end; at++) ink[at] = (luma[at] as number) < threshold ? 1 : 0;
    }
  }
  return { width, height, scale, ink, luma, paper };
}

/** (R + G) / 2 of the darkest pixel of each square: print of any colour but yellow is dark in one of them. */
function darkest(raster: Raster, width: number, height: number, scale: number): Uint8Array {
  const pixels = new Uint32Array(raster.data.buffer, raster.data.byteOffset, raster.width * raster.height);
  const out = new Uint8Array(width * height).fill(255);
  const used = width * scale;
  for (let y = 0; y < height * scale; y++) {
    const row = Math.floor(y / scale) * width;
    const end = y * raster.width + used;
    let x = row;
    let left = scale;
    let least = out[row] as number;
    for (let at = y * raster.width; at < end; at++) {
      const pixel = pixels[at] as number;
      const value = ((pixel & 255) + ((pixel >>> 8) & 255)) >>> 1;
      if (value < least) least = value;
      if (--left > 0) continue;
      out[x] = least;
      left = scale;
      least = out[++x] as number;
    }
  }
  return out;
}

/** The lightest value around each tile, and the one that most of the page's tiles have at least. */
function paperLevels(
  luma: Uint8Array,
  width: number,
  height: number,
): { levels: Uint8Array; columns: number; paper: number } {
  const columns = Math.ceil(width / TILE);
  const rows = Math.ceil(height / TILE);
  const own = new Uint8Array(columns * rows);
  for (let y = 0; y < height; y++)
    for (let x = 0, at = y * width, tile = Math.floor(y / TILE) * columns; x < width; tile++) {
      let most = own[tile] as number;
      for (const end = Math.min(width, x + TILE); x < end; x++, at++)
        if ((luma[at] as number) > most) most = luma[at] as number;
      own[tile] = most;
    }
  const levels = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let most = 0;
      for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
        for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++)
          most = Math.max(most, own[r * columns + c] as number);
      levels[row * columns + column] = most;
    }
  const sorted = own.slice().sort();
  return { levels, columns, paper: sorted[Math.floor(sorted.length * 0.75)] ?? 255 };
}

/** How much neighbours on bare paper differ: the 90th percentile over a sample. */
function noiseOf(luma: Uint8Array, paper: number): number {
  const differences: number[] = [];
  const step = Math.max(1, Math.floor(luma.length / 6000)) | 1;
  for (let at = 0; at + 1 < luma.length; at += step) {
    const [a, b] = [luma[at] as number, luma[at + 1] as number];
    if (Math.min(a, b) > paper - 60) differences.push(Math.abs(a - b));
  }
  differences.sort((a, b) => a - b);
  return differences[Math.floor(differences.length * 0.9)] ?? 0;
}

/** Calls `run` for each stretch of ink along a row, gaps of up to `bridged` pixels closed; `to` is exclusive. */
export function eachRun(
  { width, ink }: InkMap,
  bridged: number,
  run: (y: number, from: number, to: number) => void,
): void {
  let at = ink.indexOf(1);
  while (at >= 0) {
    const y = Math.floor(at / width);
    const row = y * width;
    const end = row + width;
    const from = at;
    let last = at;
    for (at++; at < end && at - last <= bridged + 1; at++) if (ink[at] === 1) last = at;
    run(y, from - row, last + 1 - row);
    at = ink.indexOf(1, last + 1);
  }
}
