import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeSnippet, parseQuery, tokenize, tokenLine } from './search-text.ts';

it.each([
  ['Hello, World!', 'hello world'],
  ['Müller Straße CAFÉ cafe\u0301', 'muller strasse cafe cafe'],
  ['ﬁnance Ｆｕｌｌ　ｗｉｄｔｈ', 'finance full width'],
  ['soft\u00adhyphen zero\u200bwidth', 'softhyphen zerowidth'],
  ['O’Brien 12.50 a_b x-y', 'o brien 12 50 a b x y'],
  ['漢字とカナ 한글 abc漢字def', '漢 字 と カ ナ 한 글 abc 漢 字 def'],
  ['Привет, Ελλάς, עברית', 'привет ελλας עברית'],
  ['😀 — … \u0000', ''],
])('splits %j into %j', (text, line) => {
  expect(tokenLine(text).normalize('NFC')).toBe(line);
});

it('knows where each word stands in the original', () => {
  const text = 'Die ﬁnale Straße 😀 東京';
  expect([...tokenize(text)].map(({ start, end }) => text.slice(start, end))).toEqual([
    'Die',
    'ﬁnale',
    'Straße',
    '東',
    '京',
  ]);
});

it.each([
  ['two words', { terms: ['two', 'words'], excluded: [] }],
  ['"a phrase" word', { terms: ['a phrase', 'word'], excluded: [] }],
  ['yes -no -"not this"', { terms: ['yes'], excluded: ['no', 'not this'] }],
  ['inv* "exact pre"*', { terms: ['inv*', 'exact pre*'], excluded: [] }],
  ["O'Brien x-y", { terms: ['o brien', 'x y'], excluded: [] }],
  ['東京 AND NOT (near OR NEAR/2)', { terms: ['東 京', 'and', 'not', 'near', 'or', 'near 2'], excluded: [] }],
  ['"open quote', { terms: ['open', 'quote'], excluded: [] }],
  ['- * ** "" -"" ^ : {}', { terms: [], excluded: [] }],
])('reads the query %j', (query, expected) => {
  const shown = (terms: readonly { words: readonly string[]; prefix: boolean }[]) =>
    terms.map(({ words, prefix }) => words.join(' ') + (prefix ? '*' : ''));
  const { terms, excluded } = parseQuery(query);
  expect({ terms: shown(terms), excluded: shown(excluded) }).toEqual(expected);
});

it('bounds a query', () => {
  expect(parseQuery('a '.repeat(10_000)).terms).toHaveLength(32);
});

it('shows the passage with most of the terms, with its matches', () => {
  const text = `${'alpha filler '.repeat(50)}\nthe Alpha and the\tBETA meet here ${'filler '.repeat(100)}`;
  const { text: shown, highlights } = makeSnippet(text, parseQuery('alpha beta').terms);
  const marked = highlights.map(([start, end]) => shown.slice(start, end));
  expect(marked).toContain('BETA');
  expect(marked).toContain('Alpha');
  expect(shown.length).toBeLessThanOrEqual(240);
  expect(shown).not.toMatch(/[\n\t]/);
});

it('highlights exactly what matches, whatever the text', () => {
  const words = fc.constantFrom(
    'alpha',
    'BÊTA',
    '漢字',
    '😀',
    'ﬁn',
    '\n',
    ' ',
    '-',
    'x'.repeat(300),
    'e\u0301',
    '\ud800',
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 80 }), (parts) => {
      const { terms } = parseQuery('alpha beta "漢字" fi*');
      const { text, highlights } = makeSnippet(parts.join(''), terms);
      expect(text.isWellFormed()).toBe(true);
      expect(text.length).toBeLessThanOrEqual(240);
      let last = 0;
      for (const [start, end] of highlights) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(['alpha', 'beta', '漢 字']).toContain(tokenLine(text.slice(start, end)).replace(/^fi.*/, 'alpha'));
        last = end;
      }
    }),
  );
});

it('takes time in proportion to the text', () => {
  for (const text of [
    'a'.repeat(200_000),
    'a '.repeat(100_000),
    '\u0301'.repeat(200_000),
    `a${'\u00ad'.repeat(200_000)}`,
    '漢'.repeat(200_000),
  ]) {
    const started = performance.now();
    makeSnippet(text, parseQuery('a* "a a a" b').terms);
    expect(performance.now() - started).toBeLessThan(1_500);
  }
});
