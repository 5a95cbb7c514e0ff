export interface Point {
  x: number;
  y: number;
}

/** A rectangle in any direction: `width` runs along `angle` (radians, clockwise on screen), `height` across it. */
export interface RotatedRect {
  cx: number;
  cy: number;
  width: number;
  height: number;
  angle: number;
}

const cross = (o: Point, a: Point, b: Point): number => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);

/** Andrew's monotone chain; counter-clockwise in a y-up frame, no three points in a line. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const half = (list: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of list) {
      for (;;) {
        const b = chain.at(-1);
        const a = chain.at(-2);
        if (a === undefined || b === undefined || cross(a, b, point) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/**
 * The rectangle of least area around points: one of its sides lies along a side of the convex hull (Freeman and Shapira, 1975).
 * The angle is turned so that it lies in (-45°, 45°].
 */
export function minAreaRect(points: readonly Point[]): RotatedRect {
  const hull = convexHull(points);
  const first = hull[0] ?? { x: 0, y: 0 };
  let best: RotatedRect = { cx: first.x, cy: first.y, width: 0, height: 0, angle: 0 };
  let bestArea = Number.POSITIVE_INFINITY;
  for (let i = 0; i < hull.length; i++) {
    const a = hull[i] ?? first;
    const b = hull[(i + 1) % hull.length] ?? first;
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (length === 0) continue;
    const ux = (b.x - a.x) / length;
    const uy = (b.y - a.y) / length;
    let minU = Number.POSITIVE_INFINITY;
    let maxU = Number.NEGATIVE_INFINITY;
    let minV = Number.POSITIVE_INFINITY;
    let maxV = Number.NEGATIVE_INFINITY;
    for (const p of hull) {
      const u = p.x * ux + p.y * uy;
      const v = p.y * ux - p.x * uy;
      if (u < minU) minU = u;
      if (u > maxU) maxU = u;
      if (v < minV) minV = v;
      if (v > maxV) maxV = v;
    }
    const area = (maxU - minU) * (maxV - minV);
    if (area >= bestArea - 1e-9) continue;
    bestArea = area;
    const u = (minU + maxU) / 2;
    const v = (minV + maxV) / 2;
    best = {
      cx: u * ux - v * uy,
      cy: u * uy + v * ux,
      width: maxU - minU,
      height: maxV - minV,
      angle: Math.atan2(uy, ux),
    };
  }
  return levelled(best);
}

/** The same rectangle with its angle in (-45°, 45°]. */
export function levelled(rect: RotatedRect): RotatedRect {
  let { width, height, angle } = rect;
  while (angle > Math.PI / 4) {
    angle -= Math.PI / 2;
    [width, height] = [height, width];
  }
  while (angle <= -Math.PI / 4) {
    angle += Math.PI / 2;
    [width, height] = [height, width];
  }
  return { ...rect, width, height, angle };
}

/** The upright box around part of a rectangle: from `from` to `to` along its width, as fractions. */
export function spanBox(rect: RotatedRect, from: number, to: number): [number, number, number, number] {
  const cos = Math.cos(rect.angle);
  const sin = Math.sin(rect.angle);
  const u = [(from - 0.5) * rect.width, (to - 0.5) * rect.width];
  const v = [-rect.height / 2, rect.height / 2];
  const xs: number[] = [];
  const ys: number[] = [];
  for (const a of u)
    for (const b of v) {
      xs.push(rect.cx + a * cos - b * sin);
      ys.push(rect.cy + a * sin + b * cos);
    }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
