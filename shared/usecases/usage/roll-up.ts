import { usage, usageDays, usageRollUps } from '../../domain/collections.ts';
import { dateOf, dayStart, NO_USAGE, plus, type Usage, type UsageDay, usageSchema } from '../../domain/usage.ts';
import type { DocumentStore, Stored, Transaction } from '../../ports/document-store.ts';
import type { Platform } from '../../ports/platform.ts';

/** Records in one transaction: each is one write, each day that it touches another. */
const BATCH = 150;
/** Batches in a call: what is left comes with the next. */
const MAX_BATCHES = 1000;
export const ROLL_UP = { id: 'usage' } as const;

/**
 * Adds the usage records of ended runs to the sums of their tenants' days, those of all tenants. A record is added in the one
 * transaction that marks it, so that a call that is cut off, or two side by side, neither double one nor lose one; a record
 * that comes after its day, or that has changed, is pending and is put right by the next call. Returns how many were added.
 */
export async function rollUpUsage(platform: Platform, { batch = BATCH } = {}): Promise<number> {
  let count = 0;
  let cursor: string | null = null;
  for (let n = 0; n < MAX_BATCHES; n++) {
    const page: Awaited<ReturnType<typeof pendingOfAll>> = await pendingOfAll(platform, batch, cursor);
    const tenants = Map.groupBy(page.records, ({ tenantId }) => tenantId);
    for (const [tenantId, records] of tenants) {
      try {
        const { store } = platform.forTenant(tenantId);
        await markAll(store);
        count += await addToDays(store, records);
      } catch (error) {
        platform.log.error('maintenance failed for a tenant', { tenantId, error });
      }
    }
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  if (count > 0) platform.log.info('usage was rolled up', { records: count });
  return count;
}

const pendingOfAll = (platform: Platform, limit: number, cursor: string | null) =>
  platform.system.store.query(usage, {
    where: [{ field: 'pending', op: '==', value: true }],
    limit,
    cursor,
  });

function addToDays(store: DocumentStore, pending: readonly Stored<Usage>[]): Promise<number> {
  return store.transaction(async (tx) => {
    const days = new Map<number, UsageDay>();
    const dayOf = async (start: number): Promise<UsageDay> =>
      days.get(start) ?? (await tx.get(usageDays, { id: dateOf(start) }))?.data ?? { start, ...NO_USAGE };
    let added = 0;
    for (const { id } of pending) {
      const data = (await tx.get(usage, { id }))?.data;
      if (data?.pending !== true) continue;
      const { rolled, pages, ocrPages, bytes } = data;
      if (rolled !== null)
        days.set(rolled.start, { ...plus(await dayOf(rolled.start), rolled, -1), start: rolled.start });
      const start = dayStart(data.at);
      days.set(start, { ...plus(await dayOf(start), data), start });
      tx.put(usage, { id }, { ...data, pending: false, rolled: { start, pages, ocrPages, bytes } });
      added += 1;
    }
    if (added === 0) return 0;
    for (const [start, day] of days) tx.put(usageDays, { id: dateOf(start) }, day);
    await grow(tx);
    return added;
  });
}

/** Who reads several days meanwhile looks again. */
async function grow(tx: Transaction): Promise<void> {
  const before = await tx.get(usageRollUps, ROLL_UP);
  tx.put(usageRollUps, ROLL_UP, { revision: (before?.data.revision ?? 0) + 1, complete: true });
}

/** Once a tenant, before its first: records from before there was a roll-up become pending ones. Cut off, it begins anew. */
async function markAll(store: DocumentStore): Promise<void> {
  if ((await store.get(usageRollUps, ROLL_UP))?.data.complete === true) return;
  let cursor: string | null = null;
  do {
    const page: { records: Stored<Usage>[]; nextCursor: string | null } = await store.query(usage, {
      orderBy: [{ field: 'at', direction: 'asc' }],
      limit: BATCH,
      cursor,
    });
    const unmarked = page.records.filter(({ data }) => !('pending' in data));
    if (unmarked.length > 0)
      await store.transaction(async (tx) => {
        for (const { id } of unmarked) {
          const found = await tx.get(usage, { id });
          if (found !== null && !('pending' in found.data)) tx.put(usage, { id }, usageSchema.parse(found.data));
        }
      });
    cursor = page.nextCursor;
  } while (cursor !== null);
  await store.transaction(grow);
}
