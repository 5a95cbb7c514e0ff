import type { ImageData } from '@napi-rs/canvas';

export type Point = readonly [number, number];

/** Unit square to quadrilateral (Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, 2.2.3), then inverted. */
function quadToSquare(corners: readonly [Point, Point, Point, Point]): number[] {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners;
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const det = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / det;
  const h = (dx1 * sy - sx * dy1) / det;
  const [a, b, c] = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0];
  const [d, e, f] = [y1 - y0 + g * y1, y3 - y0 + h * y3, y0];
  // Adjugate of [[a b c] [d e f] [g h 1]]: the inverse up to a factor, which the division by w removes.
  return [
    e - f * h,
    c * h - b,
    b * f - c * e,
    f * g - d,
    a - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
}

/** Draws `source` into `target` so that its corners (clockwise from the upper left) come to lie at `corners`. */
export function warp(source: ImageData, target: ImageData, corners: readonly [Point, Point, Point, Point]): void {
  const m = quadToSquare(corners);
  const at = (index: number): number => m[index] ?? 0;
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const w = at(6) * x + at(7) * y + at(8);
      const u = (at(0) * x + at(1) * y + at(2)) / w;
      const v = (at(3) * x + at(4) * y + at(5)) / w;
      if (u < 0 || v < 0 || u > 1 || v > 1) continue;
      const sx = u * (source.width - 1);
      const sy = v * (source.height - 1);
      const [ix, iy] = [Math.min(Math.floor(sx), source.width - 2), Math.min(Math.floor(sy), source.height - 2)];
      const [fx, fy] = [sx - ix, sy - iy];
      const first = (iy * source.width + ix) * 4;
      const below = first + source.width * 4;
      for (let channel = 0; channel < 3; channel++) {
        const pixel = (index: number): number => source.data[index + channel] ?? 0;
        const top = pixel(first) * (1 - fx) + pixel(first + 4) * fx;
        const bottom = pixel(below) * (1 - fx) + pixel(below + 4) * fx;
        target.data[(y * target.width + x) * 4 + channel] = top * (1 - fy) + bottom * fy;
      }
    }
  }
}
