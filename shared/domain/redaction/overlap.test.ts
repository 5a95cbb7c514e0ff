import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { touchedBy } from './overlap.ts';

describe('the places that a range touches', () => {
  it('are those that a look at each of them finds', () => {
    const steps = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 4 })), { maxLength: 30 });
    fc.assert(
      fc.property(steps, fc.nat(120), fc.integer({ min: 1, max: 30 }), (apart, start, length) => {
        let at = 0;
        const places = apart.map(([gap, width]) => {
          const place = { start: at + gap, end: at + gap + width };
          at = place.end;
          return place;
        });
        const range = { start, end: start + length };
        expect(touchedBy(places, range)).toEqual(
          places.filter((place) => place.start < range.end && range.start < place.end),
        );
      }),
    );
  });
});
