import { expect, test } from 'vitest';
import { type Page, PLAIN_PAGE, type Word } from '../page.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { buildPageText } from './page-text.ts';
import { centred, redactPage } from './redact-page.ts';

const word = (text: string, box: Word['box']): Word => ({ text, confidence: 1, box });
function page(words: Word[]): Page {
  const lines = words.map(({ text, box }, n) => ({ text, confidence: 1, box, words: [n, n + 1] as [number, number] }));
  return {
    number: 1,
    width: 400,
    height: 400,
    dpi: 100,
    source: 'ocr',
    words,
    lines,
    blocks: [],
    tables: [],
    ...PLAIN_PAGE,
  };
}

test('a word whose middle lies under a box leaves the text layer, one that only touches it stays', () => {
  const tilted = page([word('under', [10, 95, 90, 125]), word('beside', [10, 128, 90, 150])]);
  const { words } = redactPage(tilted, buildPageText(tilted), [], DEFAULT_POLICY, [[0, 100, 100, 130]]);
  expect(words.map(({ text }) => text)).toEqual(['beside']);
});

test('a middle on the edge of a box is not in it once the edge is inset', () => {
  expect(centred([0, 8, 20, 14], [0, 10, 20, 30])).toBe(true);
  expect(centred([0, 8, 20, 14], [0, 10, 20, 30], 0.1)).toBe(false);
  expect(centred([0, 15, 20, 25], [0, 10, 20, 30], 0.1)).toBe(true);
});
