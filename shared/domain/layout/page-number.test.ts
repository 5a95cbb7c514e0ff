import { describe, expect, it } from 'vitest';
import { readPageNumber, romanValue } from './page-number.ts';

describe('a page number', () => {
  it.each([
    ['Page 3 of 9', 3, 9],
    ['Seite 3 von 9', 3, 9],
    ['Página 12 de 40', 12, 40],
    ['p. 7', 7, null],
    ['- 14 -', 14, null],
    ['9/22', 9, 22],
    ['[5]', 5, null],
    ['iv', 4, null],
    ['XIX', 19, null],
    ['第 3 页', 3, null],
  ])('is read from %j', (text, number, total) => {
    expect(readPageNumber(text)).toEqual({ pageNumber: { text, number, total }, whole: true });
  });

  it('is read out of a line that says more', () => {
    expect(readPageNumber('Harbour office, yearly account | Page 3 of 9')).toEqual({
      pageNumber: { text: 'Page 3 of 9', number: 3, total: 9 },
      whole: false,
    });
  });

  it.each(['2024', '12.50', '9 of 3', '22/9', 'mix', '00865872', 'Total 12', 'civil', ''])('is not %j', (text) => {
    expect(readPageNumber(text)).toBeNull();
  });

  it('in Roman digits has its value, if one would write it so', () => {
    expect(['i', 'iv', 'xlii', 'xcix', 'cc', 'iix', 'vv'].map(romanValue)).toEqual([1, 4, 42, 99, 200, null, null]);
  });
});
