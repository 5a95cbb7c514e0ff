import { describe, expect, it } from 'vitest';
import { englishCharset, keyFileCharset } from './charsets.ts';
import { decodeCtc } from './ctc.ts';

const CHARSET = ['', 'a', 'b', ' '];
/** Probabilities in which the class of each step gets `sure`. */
const steps = (classes: readonly number[], sure = 0.9): Float32Array =>
  Float32Array.from(classes.flatMap((best) => CHARSET.map((_, index) => (index === best ? sure : 0.01))));

describe('CTC decoding', () => {
  it('merges repeats, drops blanks and keeps a letter doubled across a blank', () => {
    const glyphs = decodeCtc(steps([0, 1, 1, 0, 1, 2, 3, 2]), 0, 8, CHARSET);
    expect(glyphs.map((glyph) => glyph.text).join('')).toBe('aab b');
  });

  it('places a glyph in the middle of its steps, with the best probability it had', () => {
    const probabilities = steps([0, 1, 1, 0]);
    probabilities[CHARSET.length * 2 + 1] = 0.95;
    expect(decodeCtc(probabilities, 0, 4, CHARSET)).toEqual([
      { text: 'a', confidence: expect.closeTo(0.95, 5), step: 2 },
    ]);
  });

  it('reads one row of a batch', () => {
    const both = Float32Array.from([...steps([1, 0]), ...steps([2, 0])]);
    expect(decodeCtc(both, 2 * CHARSET.length, 2, CHARSET).map((glyph) => glyph.text)).toEqual(['b']);
  });
});

describe('character sets', () => {
  it('have the classes that the models give', () => {
    const english = englishCharset();
    expect(english).toHaveLength(97);
    expect(english.slice(0, 12).join('')).toBe('0123456789:');
    expect(new Set(english.slice(1, 96)).size).toBe(95);
    expect(keyFileCharset('一\n二\n')).toEqual(['', '一', '二', ' ']);
  });
});
