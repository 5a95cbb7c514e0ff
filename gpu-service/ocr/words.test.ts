import { describe, expect, it } from 'vitest';
import type { Glyph } from './ctc.ts';
import { inkOf } from './ink.ts';
import { LINE_HEIGHT, type LineImage } from './line-image.ts';
import { splitWords as split } from './words.ts';

/** White paper with black bars at the given columns. */
function line(width: number, bars: readonly [number, number][]): LineImage {
  const pixels = new Uint8Array(LINE_HEIGHT * width).fill(255);
  for (let y = 10; y < 38; y++) for (const [from, to] of bars) pixels.fill(0, y * width + from, y * width + to);
  return { width, channels: [pixels] };
}
const splitWords = (image: LineImage, of: readonly Glyph[]) => split(inkOf(image).columns, of);
const glyphs = (...of: [string, number][]) => of.map(([text, step]) => ({ text, step, confidence: 0.9 }));

describe('words of a line', () => {
  it('end where the ink ends, not where the time steps say', () => {
    const image = line(200, [
      [20, 40],
      [44, 60],
      [80, 120],
    ]);
    const words = splitWords(image, glyphs(['a', 28], ['b', 55], [' ', 70], ['c', 105]));
    expect(words).toMatchObject([
      { text: 'ab', from: 20, to: 60 },
      { text: 'c', from: 80, to: 120 },
    ]);
    expect(words[0]?.confidence).toBeCloseTo(0.9, 6);
  });

  it('are parted at a wide gap even when the recognizer lost the space', () => {
    const image = line(200, [
      [20, 40],
      [80, 100],
    ]);
    expect(splitWords(image, glyphs(['a', 30], ['b', 90])).map((word) => word.text)).toEqual(['a', 'b']);
  });

  it('stay whole over the gaps between letters', () => {
    const image = line(200, [
      [20, 40],
      [48, 70],
    ]);
    expect(splitWords(image, glyphs(['a', 30], ['b', 60])).map((word) => word.text)).toEqual(['ab']);
  });

  it('are parted by less in narrow type than in wide, as the letters of the line stand', () => {
    const bars = (pitch: number, space: number): [number, number][] =>
      Array.from({ length: 8 }, (_, at) => {
        const from = 10 + at * pitch + (at > 3 ? space : 0);
        return [from, from + pitch - 4];
      });
    const texts = (pitch: number, space: number): string[] => {
      const of = bars(pitch, space);
      const image = line(300, of);
      return splitWords(image, glyphs(...of.map(([from, to]): [string, number] => ['x', (from + to) / 2]))).map(
        (word) => word.text,
      );
    };
    expect(texts(12, 10)).toEqual(['xxxx', 'xxxx']);
    expect(texts(28, 10)).toEqual(['xxxxxxxx']);
    expect(texts(28, 20)).toEqual(['xxxx', 'xxxx']);
  });

  it('are found in white letters on black as well', () => {
    const image = line(120, [
      [20, 40],
      [70, 90],
    ]);
    for (const pixels of image.channels) pixels.set(pixels.map((value) => 255 - value));
    expect(splitWords(image, glyphs(['a', 30], [' ', 55], ['b', 80]))).toMatchObject([
      { from: 20, to: 40 },
      { from: 70, to: 90 },
    ]);
  });

  it('of a line without glyphs are none', () => {
    expect(splitWords(line(100, []), [])).toEqual([]);
  });
});
