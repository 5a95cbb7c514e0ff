import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS } from '#shared/domain/usage.ts';
import { recordUsage } from '#shared/usecases/usage/record.ts';
import { rollUpUsage } from '#shared/usecases/usage/roll-up.ts';
import { startTestApi, type TestApi } from './test-api.ts';

const START = Date.UTC(2026, 10, 28);
let api: TestApi;
let key: string;
beforeAll(async () => {
  api = await startTestApi();
  await api.tenant('acme');
  key = await api.key('acme');
  const { store } = api.context('acme').ports;
  // Two on the first day, one on the third, which is a new month.
  for (const [runId, at] of [
    ['run_1', START + 1000],
    ['run_2', START + 2000],
    ['run_3', START + 3 * DAY_MS],
  ] as const)
    await store.transaction((tx) => recordUsage(tx, { runId, documentId: null, pages: 2, ocrPages: 1, bytes: 10, at }));
});
afterAll(() => api.close());

const read = async (query: string) => {
  const answer = await api.call(`/v1/usage${query}`, { key });
  return { status: answer.status, ...(await answer.json()) };
};
const of = (runs: number) => ({ runs, pages: 2 * runs, ocrPages: runs, bytes: 10 * runs });

it('gives usage in all and day by day, and the same when it was rolled up', async () => {
  for (let round = 0; round < 2; round++) {
    const span = `?from=${START + 1500}&to=${START + 4 * DAY_MS}`;
    expect(await read(span)).toMatchObject({ status: 200, ...of(2) });
    expect(await read(`/daily${span}`)).toMatchObject({
      // Of the first day only what lies in the interval.
      items: [
        { day: '2026-11-28', ...of(1) },
        { day: '2026-11-29', ...of(0) },
        { day: '2026-11-30', ...of(0) },
        { day: '2026-12-01', ...of(1) },
      ],
      nextPageToken: null,
    });
    await rollUpUsage(api.platform);
  }
});

it('gives days in pages, and refuses a token that is not of the list', async () => {
  const span = `/daily?from=${START + 1500}&to=${START + 3 * DAY_MS + 1}&pageSize=3`;
  const first = await read(span);
  expect(first.items.map(({ day }: { day: string }) => day)).toEqual(['2026-11-28', '2026-11-29', '2026-11-30']);
  const second = await read(`${span}&pageToken=${first.nextPageToken}`);
  expect(second).toMatchObject({ items: [{ day: '2026-12-01', ...of(1) }], nextPageToken: null });
  for (const token of ['x', '0', String(START), String(START + 1600), String(START + 9 * DAY_MS), '1e3'])
    expect(await read(`${span}&pageToken=${token}`)).toMatchObject({ status: 400, code: 'invalid_page_token' });
});

it('has an answer for intervals of any length', async () => {
  expect(await read('?from=0&to=8640000000000000')).toMatchObject({ status: 200, ...of(3) });
  expect(await read('/daily?from=8639999999999000&to=8640000000000000')).toMatchObject({ status: 200, items: [of(0)] });
  expect(await read(`/daily?from=${START}&to=${START}`)).toMatchObject({ status: 200, items: [], nextPageToken: null });
  expect(await read(`/daily?from=${START + 1}&to=${START}`)).toMatchObject({ status: 200, items: [] });
});
