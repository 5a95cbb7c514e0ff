import { createCanvas } from '@napi-rs/canvas';
import type { Raster } from './raster.ts';
import type { Provider } from './session.ts';

const SMALL = [[320, 160]] as const;
/** Office paper at 150 dpi (A4, Letter), upright and across: a GPU plans each size of the detector's input. */
const OFFICE = [
  [1240, 1754],
  [1754, 1240],
  [1275, 1650],
  [1650, 1275],
] as const;

/** Pages with two lines to run every model with before the first caller comes. */
export const warmUpPages = (provider: Provider): Raster[] =>
  (provider === 'cpu' ? SMALL : OFFICE).map(([width, height]) => pageOf(width, height));

function pageOf(width: number, height: number): Raster {
  const context = createCanvas(width, height).getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#000';
  // Bars, not letters: no font need be installed.
  for (const y of [40, 100]) for (let x = 20; x < 300; x += 14) context.fillRect(x, y, 6, 22);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
