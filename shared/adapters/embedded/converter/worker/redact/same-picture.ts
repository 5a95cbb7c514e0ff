import type { Box } from '../../../../../domain/page.ts';
import type { Bitmap } from '../pdf-bitmap.ts';

/** Difference of a channel from which two pixels are not the same: smoothing moves edges by less. */
const DIFFERENT = 96;
/** A channel below this is ink on the white page. */
const INK = 224;

/**
 * How much of two renders of a page outside the boxes is the same, 0 to 1: one less the share of inked pixels (of either) that
 * differ and have no like pixel beside them in the other. Boxes in pixels of the bitmaps.
 */
export function likeness(a: Bitmap, b: Bitmap, boxes: readonly Box[]): number {
  if (a.width !== b.width || a.height !== b.height) return 0;
  const { width, height } = a;
  const covered = new Uint8Array(width * height);
  for (const [x0, y0, x1, y1] of boxes) {
    const from = Math.max(0, Math.floor(x0) - 1);
    const to = Math.min(width, Math.ceil(x1) + 1);
    for (let y = Math.max(0, Math.floor(y0) - 1); y < Math.min(height, Math.ceil(y1) + 1); y++)
      if (to > from) covered.fill(1, y * width + from, y * width + to);
  }
  let inked = 0;
  let different = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (covered[at] === 1) continue;
      const [inA, inB] = [isInk(a.rgba, at), isInk(b.rgba, at)];
      if (!inA && !inB) continue;
      inked++;
      if (differ(a.rgba, at, b.rgba, at) && ((inA && !hasNear(a, b, x, y)) || (inB && !hasNear(b, a, x, y))))
        different++;
    }
  return inked === 0 ? 1 : 1 - different / inked;
}

const isInk = (rgba: Uint8Array, at: number): boolean =>
  (rgba[at * 4] ?? 255) < INK || (rgba[at * 4 + 1] ?? 255) < INK || (rgba[at * 4 + 2] ?? 255) < INK;

function differ(a: Uint8Array, i: number, b: Uint8Array, j: number): boolean {
  for (let channel = 0; channel < 3; channel++)
    if (Math.abs((a[i * 4 + channel] ?? 0) - (b[j * 4 + channel] ?? 0)) > DIFFERENT) return true;
  return false;
}

/** Whether the pixel of `a` has its like in `b` at most one pixel away: hinting moves glyphs by that much. */
function hasNear(a: Bitmap, b: Bitmap, x: number, y: number): boolean {
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      const nx = x + dx;
      const ny = y + dy;
      if (nx < 0 || ny < 0 || nx >= a.width || ny >= a.height) continue;
      if (!differ(a.rgba, y * a.width + x, b.rgba, ny * b.width + nx)) return true;
    }
  return false;
}
