/** Decoded pixels, 4 bytes each (RGBA, opaque), row by row from the top left. */
export interface Raster {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

export type QuarterTurn = 0 | 90 | 180 | 270;

/** The raster turned clockwise. 0 gives the same object. */
export function turn(raster: Raster, degrees: QuarterTurn): Raster {
  if (degrees === 0) return raster;
  const { width, height } = raster;
  const from = new Uint32Array(raster.data.buffer, raster.data.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  if (degrees === 180) {
    for (let i = 0, j = to.length - 1; j >= 0; i++, j--) to[j] = from[i] ?? 0;
    return { width, height, data: new Uint8ClampedArray(to.buffer) };
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const at = degrees === 90 ? x * height + (height - 1 - y) : (width - 1 - x) * height + y;
      to[at] = from[row + x] ?? 0;
    }
  }
  return { width: height, height: width, data: new Uint8ClampedArray(to.buffer) };
}

/** Where a box of the turned image lies in the one it was turned from (of `width` x `height` before the turn). */
export function turnBoxBack(
  box: readonly [number, number, number, number],
  degrees: QuarterTurn,
  width: number,
  height: number,
): [number, number, number, number] {
  const [x0, y0, x1, y1] = box;
  if (degrees === 90) return [y0, height - x1, y1, height - x0];
  if (degrees === 180) return [width - x1, height - y1, width - x0, height - y0];
  if (degrees === 270) return [width - y1, x0, width - y0, x1];
  return [x0, y0, x1, y1];
}
