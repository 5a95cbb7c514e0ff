import { describe, expect, it } from 'vitest';
import { textRegions } from './text-regions.ts';

const OPTIONS = { threshold: 0.3, minScore: 0.5, unclip: 1.5, minSide: 3, maxRegions: 100 };

function mapWith(width: number, height: number, patches: readonly [number, number, number, number, number][]) {
  const map = new Float32Array(width * height);
  for (const [x0, y0, x1, y1, value] of patches)
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) map[y * width + x] = value;
  return map;
}

describe('text regions of a probability map', () => {
  it('are rectangles grown by area times ratio over perimeter', () => {
    const [region, ...others] = textRegions(mapWith(200, 100, [[20, 30, 120, 40, 0.9]]), 200, 100, OPTIONS);
    const grow = (100 * 10 * 1.5) / (2 * (100 + 10));
    expect(others).toEqual([]);
    expect(region?.score).toBeCloseTo(0.9, 3);
    expect(region?.rect).toMatchObject({ cx: 70, cy: 35, angle: 0 });
    expect(region?.rect.width).toBeCloseTo(100 + 2 * grow, 6);
    expect(region?.rect.height).toBeCloseTo(10 + 2 * grow, 6);
  });

  it('leave out what is faint, tiny or below the mean score', () => {
    const map = mapWith(200, 100, [
      [10, 10, 60, 20, 0.2],
      [10, 40, 60, 42, 0.9],
      [10, 60, 60, 75, 0.4],
    ]);
    expect(textRegions(map, 200, 100, OPTIONS)).toEqual([]);
  });

  it('keep lines apart that do not touch and stop at the most that is allowed', () => {
    const map = mapWith(200, 100, [
      [10, 10, 90, 20, 0.9],
      [10, 30, 90, 40, 0.9],
      [110, 10, 190, 20, 0.9],
    ]);
    expect(textRegions(map, 200, 100, OPTIONS)).toHaveLength(3);
    expect(textRegions(map, 200, 100, { ...OPTIONS, maxRegions: 2 })).toHaveLength(2);
  });
});
