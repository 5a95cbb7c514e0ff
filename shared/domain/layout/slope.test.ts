import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Word } from '../page.ts';
import { layoutPage } from './layout-page.ts';
import { slopeOf } from './slope.ts';

/** Rows as a receipt has them: a label on the left, an amount far to the right. */
function receipt(rows: number): Word[] {
  return Array.from({ length: rows }, (_, row) => {
    const y = 100 + row * 34;
    const at = (text: string, x: number): Word => ({ text, confidence: 1, box: [x, y, x + text.length * 13, y + 24] });
    return [at(`item${row}`, 60), at('beside', 180), at(`${row}.50`, 620)];
  }).flat();
}

const lean = (words: readonly Word[], slope: number): Word[] =>
  words.map((word) => {
    const [x0, y0, x1, y1] = word.box;
    const shift = (slope * (x0 + x1)) / 2;
    return { ...word, box: [x0, y0 + shift, x1, y1 + shift] };
  });

const page = (words: Word[]) => layoutPage({ number: 1, width: 800, height: 1200, dpi: 200, source: 'ocr', words });

test('lines of a photograph that leans are those of the level page, each word where it was read', () => {
  fc.assert(
    fc.property(fc.double({ min: -0.085, max: 0.085, noNaN: true }), fc.integer({ min: 4, max: 20 }), (slope, rows) => {
      const level = receipt(rows);
      const leaning = lean(level, slope);
      const read = page(leaning);
      expect(read.lines.map(({ text }) => text)).toEqual(page(level).lines.map(({ text }) => text));
      expect(new Set(read.words)).toEqual(new Set(leaning));
      for (const line of read.lines)
        for (const { box } of read.words.slice(...line.words)) {
          expect(box[1]).toBeGreaterThanOrEqual(line.box[1]);
          expect(box[3]).toBeLessThanOrEqual(line.box[3]);
        }
    }),
  );
});

test('level text is taken for level, and a text layer is never tilted', () => {
  expect(slopeOf(receipt(12))).toBe(0);
  const words = lean(receipt(6), 0.08);
  const layer = layoutPage({ number: 1, width: 800, height: 1200, dpi: 200, source: 'textLayer', words });
  expect(layer.words).toHaveLength(words.length);
});
