import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenize } from './tokenize.ts';

const texts = (text: string): string[] => {
  const { count, starts, ends } = tokenize(text, 0, text.length);
  return Array.from({ length: count }, (_, i) => text.slice(starts[i], ends[i]));
};

describe('tokenize', () => {
  it('splits words, numbers, marks and line breaks, and keeps runs of one mark whole', () => {
    expect(texts("Siobhán O'Brien, 42B... @jo_x\n\n😀😀 12")).toEqual([
      'Siobhán',
      'O',
      "'",
      'Brien',
      ',',
      '42B',
      '...',
      '@',
      'jo_x',
      '\n',
      '😀😀',
      '12',
    ]);
  });

  it('covers every letter and digit of any text once, in order, in bounded tokens', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { count, starts, ends } = tokenize(text, 0, text.length);
        let at = 0;
        for (let i = 0; i < count; i++) {
          const start = starts[i] ?? 0;
          const end = ends[i] ?? 0;
          expect(text.slice(at, start)).not.toMatch(/[\p{L}\p{N}]/u);
          expect(end).toBeGreaterThan(start);
          expect(end - start).toBeLessThanOrEqual(50);
          at = end;
        }
        expect(text.slice(at)).not.toMatch(/[\p{L}\p{N}]/u);
      }),
    );
  });
});
