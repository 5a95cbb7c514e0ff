import type { Box } from '../../shared/domain/page.ts';
import type { Random } from './random.ts';

/** How much a page suffered on its way from the printer to the scan. All 0: as drawn. */
export interface Wear {
  /** Degrees, clockwise. */
  slant: number;
  /** Size of a pixel of the worse camera, in pixels; 1 leaves the page sharp. */
  blur: number;
  /** Standard deviation of the grain, of 255. */
  noise: number;
  /** Of ink against paper, 0 to 1. */
  contrast: number;
}

export const UNWORN: Wear = { slant: 0, blur: 1, noise: 0, contrast: 1 };

/** What scans and photographs of office paper commonly show. */
export const commonWear = (random: Random): Wear => ({
  slant: random.chance(0.5) ? random.between(-1.5, 1.5) : 0,
  blur: random.chance(0.5) ? random.between(1, 1.5) : 1,
  noise: random.chance(0.6) ? random.between(2, 14) : 0,
  contrast: random.between(0.45, 1),
});

/** Grain on every pixel, the same in the three channels: the sum of three uniform values is near enough to a normal one. */
export function addNoise(pixels: Uint8ClampedArray, deviation: number, random: Random): void {
  if (deviation <= 0) return;
  for (let p = 0; p < pixels.length; p += 4) {
    const grain = (random.next() + random.next() + random.next() - 1.5) * 2 * deviation;
    for (let channel = 0; channel < 3; channel++) pixels[p + channel] = (pixels[p + channel] ?? 0) + grain;
  }
}

/** The upright box around a box turned by `degrees` about the middle of the page. */
export function turnedBox(box: Box, degrees: number, width: number, height: number): Box {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const [x0, y0, x1, y1] = box;
  const xs: number[] = [];
  const ys: number[] = [];
  for (const x of [x0, x1])
    for (const y of [y0, y1]) {
      xs.push(width / 2 + (x - width / 2) * cos - (y - height / 2) * sin);
      ys.push(height / 2 + (x - width / 2) * sin + (y - height / 2) * cos);
    }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
