import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minAreaRect, type Point, spanBox } from './geometry.ts';

const corners = (cx: number, cy: number, width: number, height: number, angle: number): Point[] =>
  [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([a = 0, b = 0]) => ({
    x: cx + (a * width * Math.cos(angle)) / 2 - (b * height * Math.sin(angle)) / 2,
    y: cy + (a * width * Math.sin(angle)) / 2 + (b * height * Math.cos(angle)) / 2,
  }));

describe('the smallest rectangle around points', () => {
  it('finds a rectangle again from its corners and points inside', () => {
    const angle = fc.double({ min: -0.7, max: 0.7, noNaN: true });
    fc.assert(
      fc.property(angle, fc.integer({ min: 20, max: 300 }), fc.integer({ min: 2, max: 15 }), (turn, width, height) => {
        const points = [...corners(100, 80, width, height, turn), { x: 100, y: 80 }];
        const rect = minAreaRect(points);
        expect(rect.width).toBeCloseTo(width, 4);
        expect(rect.height).toBeCloseTo(height, 4);
        expect(rect.angle).toBeCloseTo(turn, 4);
        expect([rect.cx, rect.cy]).toEqual([expect.closeTo(100, 4), expect.closeTo(80, 4)]);
      }),
    );
  });

  it('contains every point', () => {
    const point = fc.record({ x: fc.integer({ min: 0, max: 50 }), y: fc.integer({ min: 0, max: 50 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), (points) => {
        const rect = minAreaRect(points);
        for (const { x, y } of points) {
          const u = (x - rect.cx) * Math.cos(rect.angle) + (y - rect.cy) * Math.sin(rect.angle);
          const v = (y - rect.cy) * Math.cos(rect.angle) - (x - rect.cx) * Math.sin(rect.angle);
          expect(Math.abs(u)).toBeLessThanOrEqual(rect.width / 2 + 1e-6);
          expect(Math.abs(v)).toBeLessThanOrEqual(rect.height / 2 + 1e-6);
        }
      }),
    );
  });

  it('gives the upright box of a part of itself', () => {
    expect(spanBox({ cx: 50, cy: 20, width: 100, height: 10, angle: 0 }, 0.25, 0.5)).toEqual([25, 15, 50, 25]);
  });
});
