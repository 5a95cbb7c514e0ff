import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cosineDistance, SEARCH_VECTOR_DIMENSIONS, unitVector } from './search-vector.ts';

const vector = (over: Readonly<Record<number, number>>): number[] =>
  Array.from({ length: SEARCH_VECTOR_DIMENSIONS }, (_, i) => over[i] ?? 0);

test('a vector comes back at unit length, however large or small its numbers are', () => {
  for (const scale of [1, 1e300, Number.MAX_VALUE / 4, 1e-300, Number.MIN_VALUE]) {
    const unit = unitVector(vector({ 0: 3 * scale, 7: -4 * scale }));
    expect([unit[0], unit[7]]).toEqual([Math.fround(0.6), Math.fround(-0.8)]);
  }
});

test('distances are 0 along, 1 across and 2 against', () => {
  const along = unitVector(vector({ 3: 2 }));
  expect(cosineDistance(along, unitVector(vector({ 3: 9 })))).toBe(0);
  expect(cosineDistance(along, unitVector(vector({ 4: 9 })))).toBe(1);
  expect(cosineDistance(along, unitVector(vector({ 3: -1 })))).toBe(2);
});

test('a distance is between 0 and 2, the same both ways, and 0 to itself', () => {
  const any = fc
    .array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: SEARCH_VECTOR_DIMENSIONS,
      maxLength: SEARCH_VECTOR_DIMENSIONS,
    })
    .filter((values) => values.some((value) => value !== 0));
  fc.assert(
    fc.property(any, any, (a, b) => {
      const [one, other] = [unitVector(a), unitVector(b)];
      const distance = cosineDistance(one, other);
      expect(distance).toBeGreaterThanOrEqual(0);
      expect(distance).toBeLessThanOrEqual(2);
      expect(cosineDistance(other, one)).toBe(distance);
      expect(cosineDistance(one, one)).toBeLessThan(1e-6);
    }),
    { numRuns: 50 },
  );
});

test.each<[string, ArrayLike<number>]>([
  ['has too few dimensions', vector({ 0: 1 }).slice(1)],
  ['has too many', [...vector({ 0: 1 }), 1]],
  ['is empty', []],
  ['is all zeros', vector({})],
  ['has what is no number', vector({ 5: Number.NaN })],
  ['is not finite', Float32Array.from(vector({ 5: 1e300 }))],
])('a vector that %s is refused', (_how, values) => {
  expect(() => unitVector(values)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});
