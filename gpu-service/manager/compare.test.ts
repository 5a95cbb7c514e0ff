import { describe, expect, it } from 'vitest';
import { editDistance } from '#shared/domain/edit-distance.ts';
import type { Box, Word } from '../../shared/domain/page.ts';
import { compareWords } from './compare.ts';

const word = (text: string, x: number, y = 0): Word => ({
  text,
  confidence: 0.9,
  box: [x, y, x + 10 * text.length, y + 20] satisfies Box,
});

describe('what two models made of a page', () => {
  it('agrees when the words are the same, wherever in the order', () => {
    const words = [word('Total', 0), word('42.00', 100)];
    expect(compareWords(words, [...words].reverse())).toEqual({ agreement: 1, characterError: 0, differences: [] });
    expect(compareWords([], [])).toEqual({ agreement: 1, characterError: 0, differences: [] });
  });

  it('differs by word, with both boxes, and by character', () => {
    const told = compareWords([word('Total', 0), word('42.00', 100)], [word('Total', 1), word('4Z.O0', 99)]);
    expect(told.agreement).toBe(0.5);
    expect(told.characterError).toBeCloseTo(2 / 10);
    expect(told.differences).toMatchObject([
      { reference: { text: '42.00', box: [100, 0, 150, 20] }, other: { text: '4Z.O0', box: [99, 0, 149, 20] } },
    ]);
  });

  it('takes time by the words beside each other, not by all pairs', () => {
    const words = Array.from({ length: 20_000 }, (_, at) => word(`w${at}`, (at % 40) * 200, Math.floor(at / 40) * 24));
    const before = process.cpuUsage();
    expect(compareWords(words, words).agreement).toBe(1);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1.5);
  });

  it('has words that only one of them saw', () => {
    const told = compareWords([word('seen', 0)], [word('other', 0, 500)]);
    expect(told.differences).toMatchObject([
      { reference: { text: 'seen' }, other: null },
      { reference: null, other: { text: 'other' } },
    ]);
    expect([told.agreement, told.characterError]).toEqual([0, 9 / 4]);
  });

  it('pairs what overlaps by what reads more alike', () => {
    const told = compareWords([word('invoice', 0), word('number', 60)], [word('invoice', 4), word('number', 58)]);
    expect(told.differences).toEqual([]);
  });
});

it('the edit distance counts insertions, deletions and substitutions', () => {
  for (const [a, b, distance] of [
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['abc', 'abc', 0],
  ] as const)
    expect([editDistance(a, b), editDistance(b, a)]).toEqual([distance, distance]);
});
