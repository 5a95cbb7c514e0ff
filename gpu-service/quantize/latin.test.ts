import { describe, expect, it } from 'vitest';
import { latinCut, latinForm } from './latin.ts';

describe('the Latin cut', () => {
  it('keeps letters with accents, digits, punctuation, currency and boxes', () => {
    for (const one of ['a', 'Ž', 'ß', 'ø', '7', '€', '₹', '%', '’', '—', '°', '½', '☑', '→', 'µ'])
      expect(latinForm(one)).toBe(one);
  });

  it('writes the wide forms of East Asian type as the plain ones', () => {
    expect(['：', '，', '１', 'Ａ', '。', '（'].map(latinForm)).toEqual([':', ',', '1', 'A', '.', '(']);
  });

  it('drops other scripts', () => {
    for (const one of ['中', 'あ', 'Я', 'α', '한', 'ع', '「', '㈱', ''])
      expect([one, latinForm(one)]).toEqual([one, null]);
  });

  it('keeps the blank first and the space last, and numbers what is between as the model does', () => {
    expect(latinCut('a\n中\n：\n')).toEqual({ classes: [0, 1, 3, 4], keyFile: 'a\n:\n' });
  });
});
