import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalize } from './normalize.ts';

const hidden = fc.constantFrom('\u200b', '\u00ad', '\u2060', '\u202e', '\ufe0f', '\u061c', '\ufeff');
const shown = fc.oneof(
  fc.constantFrom('1', 'a', ' ', '\u00a0', '４', '٤', '＠', 'о', 'ℓ', '𝟒', '😀', 'é', '\n', 'Ａ', '–'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
);

describe('normalize', () => {
  it('leads every character back to where it came from, in order, for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(shown, hidden), { maxLength: 40 }), (pieces) => {
        const input = pieces.join('');
        const { text, toInput } = normalize(input);
        let at = 0;
        for (let i = 0; i < text.length; i++) {
          const { start, end } = toInput(i, i + 1);
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(input.length);
          at = start;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('maps a value with hidden characters inside to all of it, and leaves those around it outside', () => {
    fc.assert(
      fc.property(fc.array(hidden, { maxLength: 4 }), fc.array(hidden, { maxLength: 4 }), (inside, around) => {
        const value = `4${inside.join('')}2`;
        const input = `x ${around.join('')}${value}${around.join('')} y`;
        const { text, toInput } = normalize(input);
        const from = text.indexOf('42');
        const { start, end } = toInput(from, from + 2);
        expect(input.slice(start, end)).toBe(value);
      }),
    );
  });

  it('says the same of a text that is normalized already', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(shown, hidden), { maxLength: 40 }), (pieces) => {
        const once = normalize(pieces.join('')).text;
        expect(normalize(once).text).toBe(once);
      }),
    );
  });
});
