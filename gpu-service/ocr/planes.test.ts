import { describe, expect, it } from 'vitest';
import { planesOf, resizePlane, turnPlanes } from './planes.ts';
import { type Raster, turn } from './raster.ts';

function raster(width: number, height: number, pixel: (x: number, y: number) => [number, number, number]): Raster {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([...pixel(x, y), 255], (y * width + x) * 4);
  return { width, height, data };
}

describe('the planes of a page', () => {
  it('are one of grey when the page has no colour but the tint of its paper', () => {
    const { channels } = planesOf(raster(20, 10, (x) => (x < 10 ? [250, 248, 235] : [20, 20, 20])));
    expect(channels).toHaveLength(1);
    expect([channels[0]?.[0], channels[0]?.[15]]).toEqual([247, 20]);
  });

  it('are blue, green and red when it has', () => {
    const { channels } = planesOf(raster(20, 10, (x) => (x < 10 ? [255, 255, 255] : [200, 30, 40])));
    expect(channels.map((channel) => channel[15])).toEqual([40, 30, 200]);
  });

  it.each([90, 180] as const)('turn by %i degrees as the raster does', (degrees) => {
    const page = raster(7, 5, (x, y) => [x * 30, y * 40, x + y]);
    expect(turnPlanes(planesOf(page), degrees)).toEqual(planesOf(turn(page, degrees)));
  });
});

describe('a plane of another size', () => {
  it('is the mean of what lies under each pixel when it shrinks', () => {
    expect([...resizePlane(Uint8Array.from([0, 100, 40, 60, 20, 80, 40, 60]), 4, 2, 2, 1)]).toEqual([50, 50]);
  });

  it('keeps the mean at any ratio', () => {
    const from = Uint8Array.from({ length: 91 * 53 }, (_, at) => (at * 37) % 256);
    const mean = (of: Iterable<number>): number => {
      const values = [...of];
      return values.reduce((a, b) => a + b, 0) / values.length;
    };
    expect(mean(resizePlane(from, 91, 53, 40, 31))).toBeCloseTo(mean(from), 1);
  });

  it('goes evenly from one pixel to the next when it grows', () => {
    expect([...resizePlane(Uint8Array.from([0, 100]), 2, 1, 4, 1)]).toEqual([0, 25, 75, 100]);
  });

  it('is the same when the size is', () => {
    expect([...resizePlane(Uint8Array.from([1, 2, 3, 4]), 2, 2, 2, 2)]).toEqual([1, 2, 3, 4]);
  });
});
