import { expect, test } from 'vitest';
import type { QueryPage } from '../../ports/document-store.ts';
import { eachRecord } from './each-record.ts';

/** Seven records in pages of three; which pages were asked for. */
function paged() {
  const asked: (string | null)[] = [];
  const page = async (cursor: string | null): Promise<QueryPage<number>> => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    const numbers = [0, 1, 2, 3, 4, 5, 6].slice(from, from + 3);
    const records = numbers.map((data) => ({ id: String(data), tenantId: 'acme', data, version: 1 }));
    return { records, nextCursor: from + 3 < 7 ? String(from + 3) : null };
  };
  return { page, asked };
}

async function all(records: AsyncGenerator<{ data: number }>): Promise<number[]> {
  const found: number[] = [];
  for await (const { data } of records) found.push(data);
  return found;
}

test('every record comes once, in the order of the pages', async () => {
  const { page, asked } = paged();
  expect(await all(eachRecord(page))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(asked).toEqual([null, '3', '6']);
});

test('no more come than are wanted, and no page is asked for in vain', async () => {
  const { page, asked } = paged();
  expect(await all(eachRecord(page, 3))).toEqual([0, 1, 2]);
  expect(await all(eachRecord(page, 4))).toEqual([0, 1, 2, 3]);
  expect(asked).toEqual([null, null, '3']);
});
