import { usage } from '../../domain/collections.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Transaction } from '../../ports/document-store.ts';

/**
 * Notes what a run used, in the transaction that ends it. A run that ends again, tried anew, replaces its record, which may
 * move to another day: what the sums have of it stays on it until the roll-up has taken that back.
 */
export async function recordUsage(tx: Transaction, used: Omit<Usage, 'pending' | 'rolled'>): Promise<void> {
  const before = await tx.get(usage, { id: used.runId });
  tx.put(usage, { id: used.runId }, { ...used, pending: true, rolled: before?.data.rolled ?? null });
}
