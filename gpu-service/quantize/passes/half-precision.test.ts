import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHalf } from './half-precision.ts';

/** IEEE 754 binary16 without infinities. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

describe('toHalf', () => {
  it('keeps what 16 bits can say', () => {
    for (const value of [0, 1, -2, 0.5, 65504, 2 ** -14, 2 ** -24]) expect(fromHalf(toHalf(value))).toBe(value);
  });

  it('is never more than half a step away, and stays finite', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -60000, max: 60000 }), (value) => {
        const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1e-9)) - 10));
        expect(Math.abs(fromHalf(toHalf(value)) - value)).toBeLessThanOrEqual(step / 2);
      }),
    );
    expect(fromHalf(toHalf(1e9))).toBe(65504);
  });
});
