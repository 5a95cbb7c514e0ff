import { createCanvas } from '@napi-rs/canvas';
import type { Raster } from './raster.ts';

/** A small page with two lines: every model runs once, so that the first caller does not wait for lazy set-up. */
export function warmUpPage(): Raster {
  const width = 320;
  const height = 160;
  const context = createCanvas(width, height).getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#000';
  // Bars, not letters: no font need be installed.
  for (const y of [40, 100]) for (let x = 20; x < 300; x += 14) context.fillRect(x, y, 6, 22);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
