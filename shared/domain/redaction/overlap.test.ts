import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entity } from './entity.ts';
import { resolveOverlaps, touchedBy } from './overlap.ts';

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

/** The values that are left of `found`, each an `[value, score]` of one type, in `text`. */
const left = (text: string, found: readonly (readonly [string, number])[], type = 'ADDRESS'): string[] => {
  const entities = found.map(([value, score]): Entity => {
    const start = text.indexOf(value);
    return { type, start, end: start + value.length, score, recognizer: 'test', why: 'test' };
  });
  return resolveOverlaps(entities, text).map(({ start, end }) => text.slice(start, end));
};

describe('what a winner leaves of a loser', () => {
  it('is kept, one with the winner of its type', () => {
    expect(
      left('call 12 34 56 now', [
        ['12 34', 0.9],
        ['12 34 56', 0.6],
      ]),
    ).toEqual(['12 34 56']);
    expect(
      left(
        'the key is ab12!! now',
        [
          ['ab12', 0.9],
          ['ab12!!', 0.6],
        ],
        'SECRET',
      ),
    ).toEqual(['ab12!!']);
  });

  it.each(['\n ', ', ', '\n> '])('does not make one of two winners where it is %j between them', (between) => {
    const whole = `47 Elm Street${between}Apt. 118`;
    const parts: [string, number][] = [
      ['47 Elm Street', 0.9],
      ['Apt. 118', 0.9],
      [whole, 0.6],
    ];
    expect(left(`Ann\n${whole}\nBonn`, parts)).toEqual(['47 Elm Street', 'Apt. 118']);
  });
});
