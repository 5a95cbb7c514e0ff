import { expect, test } from 'vitest';
import type { Page } from '../../domain/page.ts';
import { PLAIN_PAGE } from '../../domain/page.ts';
import type { Inference } from '../../ports/inference.ts';
import { groupsOf, withinRequestLimit } from './inference.ts';

const page = (number: number, size: number) => ({
  number,
  image: new Uint8Array(size),
  mediaType: 'image/png',
  dpi: 300,
});
const read = (number: number): Page => ({
  ...{ number, width: 1, height: 1, dpi: 300, source: 'ocr' as const },
  ...{ words: [], lines: [], blocks: [], tables: [] },
  ...PLAIN_PAGE,
});

test('pages go in groups that fit, in their order, a large one alone', () => {
  const groups = groupsOf([page(1, 4), page(2, 4), page(3, 4), page(4, 50), page(5, 1)], 10);
  expect(groups.map((group) => group.map(({ number }) => number))).toEqual([[1, 2], [3], [4], [5]]);
});

test('what several calls read comes as one answer', async () => {
  const calls: number[][] = [];
  const inference: Inference = {
    ready: async () => undefined,
    ocr: async ({ pages }) => {
      calls.push(pages.map(({ number }) => number));
      return {
        pages: pages.map(({ number }) => read(number)),
        engine: 'e',
        model: 'm',
        usage: { inputTokens: 5, outputTokens: null, costUsd: 0.5 },
      };
    },
  };
  const answer = await withinRequestLimit(inference, 10).ocr({ pages: [page(7, 6), page(8, 6), page(9, 3)] });
  expect(calls).toEqual([[7], [8, 9]]);
  expect(answer.pages.map(({ number }) => number)).toEqual([7, 8, 9]);
  expect(answer.usage).toEqual({ inputTokens: 10, outputTokens: null, costUsd: 1 });
});
