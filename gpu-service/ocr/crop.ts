import type { RotatedRect } from './geometry.ts';
import type { Raster } from './raster.ts';

/** Samples `rect` of the raster into planes of `height` rows and `width` columns, BGR, each 0 to 255. */
export function sampleRect(
  raster: Raster,
  rect: RotatedRect,
  width: number,
  height: number,
  out: Float32Array = new Float32Array(3 * width * height),
): Float32Array {
  const { data } = raster;
  const maxX = raster.width - 1;
  const maxY = raster.height - 1;
  const cos = Math.cos(rect.angle);
  const sin = Math.sin(rect.angle);
  const stepU = rect.width / width;
  const stepV = rect.height / height;
  // Shrinking by more than a half skips pixels under bilinear sampling alone: take the mean of several taps instead.
  const tapsU = Math.max(1, Math.min(8, Math.round(stepU)));
  const tapsV = Math.max(1, Math.min(8, Math.round(stepV)));
  const weight = 1 / (tapsU * tapsV);
  const plane = width * height;
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let tv = 0; tv < tapsV; tv++) {
        const v = (j + (tv + 0.5) / tapsV) * stepV - rect.height / 2;
        for (let tu = 0; tu < tapsU; tu++) {
          const u = (i + (tu + 0.5) / tapsU) * stepU - rect.width / 2;
          let x = rect.cx + u * cos - v * sin - 0.5;
          let y = rect.cy + u * sin + v * cos - 0.5;
          x = x < 0 ? 0 : Math.min(x, maxX);
          y = y < 0 ? 0 : Math.min(y, maxY);
          const xi = x | 0;
          const yi = y | 0;
          const fx = x - xi;
          const fy = y - yi;
          const p = (yi * raster.width + xi) * 4;
          const q = xi < maxX ? p + 4 : p;
          const down = yi < maxY ? raster.width * 4 : 0;
          const w00 = (1 - fx) * (1 - fy);
          const w10 = fx * (1 - fy);
          const w01 = (1 - fx) * fy;
          const w11 = fx * fy;
          // biome-ignore-start lint/style/noNonNullAssertion: p and q are clamped into the raster above
          r += data[p]! * w00 + data[q]! * w10 + data[p + down]! * w01 + data[q + down]! * w11;
          g += data[p + 1]! * w00 + data[q + 1]! * w10 + data[p + down + 1]! * w01 + data[q + down + 1]! * w11;
          b += data[p + 2]! * w00 + data[q + 2]! * w10 + data[p + down + 2]! * w01 + data[q + down + 2]! * w11;
          // biome-ignore-end lint/style/noNonNullAssertion: p and q are clamped into the raster above
        }
      }
      const at = j * width + i;
      out[at] = b * weight;
      out[plane + at] = g * weight;
      out[2 * plane + at] = r * weight;
    }
  return out;
}
