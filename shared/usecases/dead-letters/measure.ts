import { deadLetters } from '../../domain/collections.ts';
import type { Where } from '../../ports/document-store.ts';
import type { Platform } from '../../ports/platform.ts';

const HOUR_MS = 3_600_000;
/** Ages of open dead letters since they first failed, each from the one before it. */
const AGES = [
  { age: 'hour', to: HOUR_MS },
  { age: 'day', to: 24 * HOUR_MS },
  { age: 'week', to: 7 * 24 * HOUR_MS },
  { age: 'older', to: Number.POSITIVE_INFINITY },
] as const;

/** Tells how many dead letters of all tenants are open, by age; those older than a day to the log as well. */
export async function measureDeadLetters({ system, clock, metrics, log }: Platform): Promise<void> {
  const now = clock.now();
  let from = 0;
  let waiting = 0;
  for (const { age, to } of AGES) {
    const where: Where[] = [{ field: 'status', op: '==', value: 'open' }];
    if (from > 0) where.push({ field: 'createdAt', op: '<=', value: now - from });
    if (Number.isFinite(to)) where.push({ field: 'createdAt', op: '>', value: now - to });
    const open = await system.store.count(deadLetters, { where });
    metrics.gauge('recto_dead_letters_open', open, { age });
    if (from >= 24 * HOUR_MS) waiting += open;
    from = to;
  }
  if (waiting > 0) log.warn('dead letters wait for more than a day', { open: waiting });
}
