import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activationScale, quantizeChannels } from './scales.ts';

const small = { noNaN: true, noDefaultInfinity: true, min: -100, max: 100 } as const;

describe('weights by channel', () => {
  it('come back within half a step of their channel', () => {
    fc.assert(
      fc.property(fc.array(fc.float(small), { minLength: 12, maxLength: 12 }), (values) => {
        const { data, scales } = quantizeChannels(Float32Array.from(values), 3);
        values.forEach((value, at) => {
          const scale = scales[Math.floor(at / 4)] ?? 0;
          expect(Math.abs((data[at] ?? 0) * scale - value)).toBeLessThanOrEqual(scale * 0.5001 + 1e-9);
        });
      }),
    );
  });
});

describe('activations', () => {
  it('have zero among their steps, and reach over the range', () => {
    fc.assert(
      fc.property(fc.float(small), fc.float(small), (a, b) => {
        const range = { min: Math.min(a, b, 0), max: Math.max(a, b, 0) };
        const { scale, zero } = activationScale(range);
        expect(Number.isInteger(zero) && zero >= 0 && zero <= 255).toBe(true);
        // Zero moves to a whole step, by half a step at most, and the ends with it.
        if (range.max - range.min < 1e-6) return;
        expect(Math.abs(-zero * scale - range.min)).toBeLessThanOrEqual(scale * 0.51);
        expect(Math.abs((255 - zero) * scale - range.max)).toBeLessThanOrEqual(scale * 0.51);
      }),
    );
  });
});
