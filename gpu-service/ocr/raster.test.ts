import { describe, expect, it } from 'vitest';
import { sampleRect } from './crop.ts';
import { planesOf } from './planes.ts';
import { type Raster, turn, turnBoxBack } from './raster.ts';

/** 6 x 4, white, one red pixel at (4, 1). */
function dotted(): Raster {
  const data = new Uint8ClampedArray(6 * 4 * 4).fill(255);
  data.set([255, 0, 0], (1 * 6 + 4) * 4);
  return { width: 6, height: 4, data };
}
function findDot(raster: Raster): [number, number] {
  for (let y = 0; y < raster.height; y++)
    for (let x = 0; x < raster.width; x++) if (raster.data[(y * raster.width + x) * 4 + 1] === 0) return [x, y];
  return [-1, -1];
}

describe('a turned raster', () => {
  it.each([
    [90, 4, 6, 2, 4],
    [180, 6, 4, 1, 2],
    [270, 4, 6, 1, 1],
  ] as const)('by %i degrees moves every pixel, and boxes find the way back', (degrees, width, height, x, y) => {
    const turned = turn(dotted(), degrees);
    expect([turned.width, turned.height]).toEqual([width, height]);
    expect(findDot(turned)).toEqual([x, y]);
    expect(turnBoxBack([x, y, x + 1, y + 1], degrees, 6, 4)).toEqual([4, 1, 5, 2]);
  });
});

describe('sampling a rectangle', () => {
  it('copies an upright one pixel for pixel, blue plane first', () => {
    const planes = sampleRect(planesOf(dotted()), { cx: 3, cy: 2, width: 6, height: 4, angle: 0 }, 6, 4);
    expect(planes.map((plane) => plane[1 * 6 + 4])).toEqual([0, 0, 255]);
    expect(planes.flatMap((plane) => [...plane]).filter((value) => value === 255)).toHaveLength(3 * 24 - 2);
  });

  it('turns one that stands on its head', () => {
    const [blue] = sampleRect(planesOf(dotted()), { cx: 3, cy: 2, width: 6, height: 4, angle: Math.PI }, 6, 4);
    expect(blue?.[2 * 6 + 1]).toBe(0);
  });
});
