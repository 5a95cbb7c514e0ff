import { documents } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import type { TenantSettings } from '../../domain/tenant.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { UseCaseContext } from '../context.ts';
import { oneByOne } from '../maintenance/one-by-one.ts';
import { eachRecord } from '../support/each-record.ts';
import { eraseDocument, SETTLED } from './erase.ts';
import { waitsForReview } from './waits-for-review.ts';

const DAY_MS = 86_400_000;
/** Erased a call; the rest waits for the next. */
const MOST = 100;
const PAGE = 200;
/** Looked at a call and status: documents that wait for a person do not keep the ones behind them forever. */
const MOST_LOOKED_AT = 2000;

/**
 * Erases what has been kept for as long as the tenant wants, the oldest first, at most 100 a call; the count. Neither what is
 * being uploaded or processed, nor what a person has yet to look at.
 */
export async function expireDocuments(
  ctx: UseCaseContext,
  { retentionDays }: Pick<TenantSettings, 'retentionDays'>,
): Promise<number> {
  // A tenant that was there before the setting has none at all.
  if (typeof retentionDays !== 'number') return 0;
  const before = ctx.platform.clock.now() - retentionDays * DAY_MS;
  const due: Stored<Document>[] = [];
  for (const status of SETTLED) due.push(...(await oldest(ctx, { status, before })));
  due.sort((a, b) => a.data.createdAt - b.data.createdAt);
  return oneByOne(ctx, 'an erasure by retention', due.slice(0, MOST), async ({ id }) => {
    await eraseDocument(ctx, { id, cause: 'retention' });
  });
}

async function oldest(
  { ports }: UseCaseContext,
  { status, before }: { status: Document['status']; before: number },
): Promise<Stored<Document>[]> {
  const page = (cursor: string | null) =>
    ports.store.query(documents, {
      where: [
        { field: 'status', op: '==', value: status },
        { field: 'createdAt', op: '<', value: before },
      ],
      orderBy: [{ field: 'createdAt', direction: 'asc' }],
      limit: PAGE,
      cursor,
    });
  const due: Stored<Document>[] = [];
  for await (const record of eachRecord(page, MOST_LOOKED_AT)) {
    if (!(await waitsForReview(ports.store, record.id))) due.push(record);
    if (due.length === MOST) break;
  }
  return due;
}
