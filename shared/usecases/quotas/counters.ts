import { createHash } from 'node:crypto';
import { counters } from '../../domain/collections.ts';
import type { DocumentStore, Transaction } from '../../ports/document-store.ts';

/** Writers of one tenant meet on a record of sixteen, so that uploads side by side seldom contend. */
const SHARDS = 16;
const shardId = (n: number): string => `stored-${n}`;

export interface StoredTotals {
  storedBytes: number;
  documents: number;
}

/** Adds to the tenant's totals in the caller's transaction; `seed` (the document id) picks the shard. */
export async function addToTotals(tx: Transaction, seed: string, by: StoredTotals): Promise<void> {
  const id = shardId((createHash('sha1').update(seed).digest()[0] ?? 0) % SHARDS);
  const now = (await tx.get(counters, { id }))?.data ?? { storedBytes: 0, documents: 0 };
  tx.put(
    counters,
    { id },
    {
      ...now,
      storedBytes: Math.max(0, now.storedBytes + by.storedBytes),
      documents: Math.max(0, now.documents + by.documents),
    },
  );
}

export async function readTotals(store: DocumentStore): Promise<StoredTotals> {
  const shards = await Promise.all(Array.from({ length: SHARDS }, (_, n) => store.get(counters, { id: shardId(n) })));
  return shards.reduce(
    (sum, shard) => ({
      storedBytes: sum.storedBytes + (shard?.data.storedBytes ?? 0),
      documents: sum.documents + (shard?.data.documents ?? 0),
    }),
    { storedBytes: 0, documents: 0 },
  );
}
