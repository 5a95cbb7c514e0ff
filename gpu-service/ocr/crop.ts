import type { RotatedRect } from './geometry.ts';
import type { Planes } from './planes.ts';

/** Samples `rect` of the page into planes of `height` rows and `width` columns, as many as the page has. */
export function sampleRect(page: Planes, rect: RotatedRect, width: number, height: number): Uint8Array[] {
  return page.channels.map((channel) => samplePlane(channel, page, rect, width, height));
}

function samplePlane(
  data: Uint8Array,
  page: Pick<Planes, 'width' | 'height'>,
  rect: RotatedRect,
  width: number,
  height: number,
): Uint8Array {
  const out = new Uint8Array(width * height);
  const maxX = page.width - 1;
  const maxY = page.height - 1;
  const stride = page.width;
  const stepU = rect.width / width;
  const stepV = rect.height / height;
  // Shrinking by more than a half skips pixels under bilinear sampling alone: take the mean of several taps instead.
  const tapsU = Math.max(1, Math.min(8, Math.round(stepU)));
  const tapsV = Math.max(1, Math.min(8, Math.round(stepV)));
  const weight = 1 / (tapsU * tapsV);
  const cos = Math.cos(rect.angle);
  const sin = Math.sin(rect.angle);
  for (let j = 0, at = 0; j < height; j++)
    for (let i = 0; i < width; i++, at++) {
      let sum = 0;
      for (let tv = 0; tv < tapsV; tv++) {
        const v = (j + (tv + 0.5) / tapsV) * stepV - rect.height / 2;
        for (let tu = 0; tu < tapsU; tu++) {
          const u = (i + (tu + 0.5) / tapsU) * stepU - rect.width / 2;
          const x = Math.max(0, Math.min(maxX, rect.cx + u * cos - v * sin - 0.5));
          const y = Math.max(0, Math.min(maxY, rect.cy + u * sin + v * cos - 0.5));
          const xi = x | 0;
          const yi = y | 0;
          const p = yi * stride + xi;
          const right = xi < maxX ? 1 : 0;
          const down = yi < maxY ? stride : 0;
          // biome-ignore-start lint/style/noNonNullAssertion: the place is clamped into the page above
          const top = data[p]! + (data[p + right]! - data[p]!) * (x - xi);
          const bottom = data[p + down]! + (data[p + down + right]! - data[p + down]!) * (x - xi);
          // biome-ignore-end lint/style/noNonNullAssertion: the place is clamped into the page above
          sum += top + (bottom - top) * (y - yi);
        }
      }
      out[at] = sum * weight + 0.5;
    }
  return out;
}
