import type { QueryPage, Stored } from '../../ports/document-store.ts';

/** The records that a query answers with, page by page as they are asked for; `most` of them at the most. */
export async function* eachRecord<T>(
  page: (cursor: string | null) => Promise<QueryPage<T>>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<Stored<T>> {
  let cursor: string | null = null;
  let seen = 0;
  do {
    const { records, nextCursor }: QueryPage<T> = await page(cursor);
    for (const record of records) {
      if (seen >= most) return;
      seen += 1;
      yield record;
    }
    cursor = nextCursor;
  } while (cursor !== null && seen < most);
}
