import { deadLetters } from '../../domain/collections.ts';
import type { Where } from '../../ports/document-store.ts';
import type { Platform } from '../../ports/platform.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Ages of open dead letters since they first failed, each from the one before it. */
const AGES = [
  { age: 'hour', to: HOUR_MS },
  { age: 'day', to: DAY_MS },
  { age: 'week', to: 7 * DAY_MS },
  { age: 'older', to: Number.POSITIVE_INFINITY },
] as const;

/** Of all tenants' letters older than a day, as many are looked at, newest first. */
const MAX_SEEN = 1000;

/**
 * Tells how many dead letters of all tenants are open, by age; and the log, how many of those older than a day are not their
 * document's own fault: somebody should have come for them.
 */
export async function measureDeadLetters(platform: Platform): Promise<void> {
  const { system, clock, metrics, log } = platform;
  const now = clock.now();
  let from = 0;
  let waiting = 0;
  for (const { age, to } of AGES) {
    const where: Where[] = [{ field: 'status', op: '==', value: 'open' }];
    if (from > 0) where.push({ field: 'createdAt', op: '<=', value: now - from });
    if (Number.isFinite(to)) where.push({ field: 'createdAt', op: '>', value: now - to });
    const open = await system.store.count(deadLetters, { where });
    metrics.gauge('recto_dead_letters_open', open, { age });
    if (from >= DAY_MS) waiting += open;
    from = to;
  }
  if (waiting === 0) return;
  const { records } = await system.store.query(deadLetters, {
    where: [
      { field: 'status', op: '==', value: 'open' },
      { field: 'createdAt', op: '<=', value: now - DAY_MS },
    ],
    orderBy: [{ field: 'createdAt', direction: 'desc' }],
    limit: MAX_SEEN,
  });
  const ours = records.filter(({ data }) => data.error.class !== 'permanent').length;
  if (ours > 0) log.warn('dead letters wait for more than a day', { open: waiting, ours });
}
