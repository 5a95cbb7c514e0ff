import { minAreaRect, type Point, type RotatedRect } from './geometry.ts';

export interface RegionOptions {
  /** Probability from which a pixel counts as text. */
  threshold: number;
  /** Mean probability over the region below which it is dropped. */
  minScore: number;
  /** How far regions grow: the text kernel that the model predicts is shrunk by this ratio's offset. */
  unclip: number;
  /** Shorter side, in pixels of the map, below which a region is noise. */
  minSide: number;
  maxRegions: number;
}

export interface TextRegion {
  rect: RotatedRect;
  score: number;
}

/**
 * Text regions of a probability map (differentiable binarization, Liao et al. 2020): threshold, connected components,
 * smallest rectangle around each, grown by area * unclip / perimeter on every side. Coordinates are pixels of the map.
 */
export function textRegions(map: Float32Array, width: number, height: number, options: RegionOptions): TextRegion[] {
  const { threshold } = options;
  const seen = new Uint8Array(width * height);
  const stack = new Int32Array(width * height);
  const left = new Int32Array(height);
  const right = new Int32Array(height);
  const regions: TextRegion[] = [];
  for (let start = 0; start < map.length && regions.length < options.maxRegions; start++) {
    if (seen[start] === 1 || (map[start] ?? 0) <= threshold) continue;
    let top = 0;
    let minY = height;
    let maxY = -1;
    let sum = 0;
    let count = 0;
    stack[top++] = start;
    seen[start] = 1;
    while (top > 0) {
      const at = stack[--top] ?? 0;
      const y = (at / width) | 0;
      const x = at - y * width;
      sum += map[at] ?? 0;
      count++;
      if (y < minY || y > maxY) {
        // Neighbours differ by one row at most, so a row outside the range is met for the first time.
        left[y] = x;
        right[y] = x;
        if (y < minY) minY = y;
        if (y > maxY) maxY = y;
      } else {
        if (x < (left[y] ?? 0)) left[y] = x;
        if (x > (right[y] ?? 0)) right[y] = x;
      }
      for (let dy = -1; dy <= 1; dy++) {
        const ny = y + dy;
        if (ny < 0 || ny >= height) continue;
        for (let dx = -1; dx <= 1; dx++) {
          const nx = x + dx;
          if (nx < 0 || nx >= width) continue;
          const next = ny * width + nx;
          if (seen[next] === 1 || (map[next] ?? 0) <= threshold) continue;
          seen[next] = 1;
          stack[top++] = next;
        }
      }
    }
    const outline: Point[] = [];
    for (let y = minY; y <= maxY; y++) {
      const x0 = left[y] ?? 0;
      const x1 = (right[y] ?? -1) + 1;
      if (x1 <= x0) continue;
      outline.push({ x: x0, y }, { x: x0, y: y + 1 }, { x: x1, y }, { x: x1, y: y + 1 });
    }
    const rect = minAreaRect(outline);
    if (Math.min(rect.width, rect.height) < options.minSide) continue;
    const score = scoreOver(map, width, height, rect, sum / count);
    if (score < options.minScore) continue;
    const grow = (rect.width * rect.height * options.unclip) / (2 * (rect.width + rect.height));
    regions.push({ rect: { ...rect, width: rect.width + 2 * grow, height: rect.height + 2 * grow }, score });
  }
  return regions;
}

/** Mean probability inside the rectangle; `fallback` when no pixel centre lies in it. */
function scoreOver(map: Float32Array, width: number, height: number, rect: RotatedRect, fallback: number): number {
  const cos = Math.cos(rect.angle);
  const sin = Math.sin(rect.angle);
  const reachX = (Math.abs(cos) * rect.width + Math.abs(sin) * rect.height) / 2;
  const reachY = (Math.abs(sin) * rect.width + Math.abs(cos) * rect.height) / 2;
  const x0 = Math.max(0, Math.floor(rect.cx - reachX));
  const x1 = Math.min(width - 1, Math.ceil(rect.cx + reachX));
  const y0 = Math.max(0, Math.floor(rect.cy - reachY));
  const y1 = Math.min(height - 1, Math.ceil(rect.cy + reachY));
  let sum = 0;
  let count = 0;
  for (let y = y0; y <= y1; y++)
    for (let x = x0; x <= x1; x++) {
      const dx = x + 0.5 - rect.cx;
      const dy = y + 0.5 - rect.cy;
      if (Math.abs(dx * cos + dy * sin) > rect.width / 2 || Math.abs(dy * cos - dx * sin) > rect.height / 2) continue;
      sum += map[y * width + x] ?? 0;
      count++;
    }
  return count === 0 ? fallback : sum / count;
}
