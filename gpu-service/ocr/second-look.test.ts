import { describe, expect, it } from 'vitest';
import type { Glyph } from './ctc.ts';
import { inkOf } from './ink.ts';
import { LINE_HEIGHT, type LineImage } from './line-image.ts';
import type { Reading } from './recognizer.ts';
import { doubtsOf, mended } from './second-look.ts';

/** Ten words of two bars each, every word 40 columns, 20 between. */
function line(): LineImage {
  const width = 620;
  const pixels = new Uint8Array(LINE_HEIGHT * width).fill(255);
  for (let y = 12; y < 36; y++)
    for (let word = 0; word < 10; word++)
      for (const bar of [0, 22])
        pixels.fill(0, y * width + 15 + word * 60 + bar, y * width + 15 + word * 60 + bar + 18);
  return { width, channels: [pixels] };
}
/** The words as read, those of `unsure` with a doubtful second letter. */
function reading(unsure: readonly number[]): Reading {
  const glyphs = Array.from({ length: 10 }, (_, word): Glyph[] => [
    { text: ' ', confidence: 1, step: 5 + word * 60 },
    { text: 'a', confidence: 0.99, step: 24 + word * 60 },
    { text: String(word), confidence: unsure.includes(word) ? 0.4 : 0.99, step: 46 + word * 60 },
  ]).flat();
  return { glyphs, confidence: 0.9 };
}
const doubts = (unsure: readonly number[]) => doubtsOf(line(), inkOf(line()).columns, reading(unsure), 0.8);
const textOf = ({ glyphs }: Reading): string => glyphs.map(({ text }) => text).join('');

describe('the second look at a line', () => {
  it('is not taken when every character is sure', () => {
    expect(doubts([]).segments).toEqual([]);
  });

  it('sees the doubtful words alone, neighbours together, cut in the gaps beside them', () => {
    const { segments } = doubts([2, 3, 7]);
    expect(segments.map(({ words }) => words)).toEqual([
      [2, 4],
      [7, 8],
    ]);
    expect(segments.map(({ from, image }) => [from, from + image.width])).toEqual([
      [125, 245],
      [425, 485],
    ]);
    const [first] = segments;
    expect(first?.image.channels[0]?.[20 * first.image.width + 10]).toBe(0);
    expect(first?.image.channels[0]?.[20 * first.image.width + 9]).toBe(255);
  });

  it('sees the whole line when most of it is in doubt, and when nothing was read', () => {
    expect(doubts([1, 3, 5, 7, 8]).segments).toMatchObject([{ from: 0, words: [0, 10] }]);
    expect(doubtsOf(line(), inkOf(line()).columns, { glyphs: [], confidence: 0 }, 0.8).segments).toHaveLength(1);
  });

  it('puts what it saw in the place of the words it saw, spaces kept', () => {
    const again: Reading = { glyphs: [{ text: 'XY', confidence: 0.95, step: 20 }], confidence: 0.95 };
    const whole = mended(doubts([0, 5]), [again, again]);
    expect(textOf(whole)).toBe('XY a1 a2 a3 a4 XY a6 a7 a8 a9');
    expect(whole.glyphs.find((glyph, at) => at > 0 && glyph.text === 'XY')?.step).toBe(325);
    expect(whole.confidence).toBeGreaterThan(0.95);
    expect(textOf(mended(doubts([5]), [{ glyphs: [], confidence: 0 }]))).toBe('a0 a1 a2 a3 a4 a6 a7 a8 a9');
  });
});
