import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('the wait lies between nothing and a ceiling that doubles from one second up to a minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const wait = backoffMs(failures, () => random);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(Math.min(60_000, 1000 * 2 ** (failures - 1)));
    }),
  );
  expect([1, 2, 3, 7, 50].map((failures) => backoffMs(failures, () => 1))).toEqual([1000, 2000, 4000, 60_000, 60_000]);
});

test('the wait is never shorter than the error asks', () => {
  expect(backoffMs(1, () => 0, 90)).toBe(90_000);
  expect(backoffMs(7, () => 1, 5)).toBe(60_000);
});
