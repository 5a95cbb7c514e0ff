import type { Engine } from '../../engine/engine-api.ts';
import type { Platform } from '../../ports/platform.ts';
import { forEachTenant } from '../maintenance/for-each-tenant.ts';
import { systemContext } from '../system-context.ts';
import { expireDeadLetters } from './expire.ts';
import { measureDeadLetters } from './measure.ts';
import { redriveDue } from './redrive-due.ts';

const DAY_MS = 86_400_000;

/**
 * Runs dead letters again that are due, gives up those that have lain there for `retentionDays` (null: none), tenant by tenant,
 * and tells how many are open. Safe to run at any time, and side by side: each letter changes in a transaction of its own.
 */
export async function sweepDeadLetters(
  platform: Platform,
  engine: Engine,
  { retentionDays }: { retentionDays: number | null },
): Promise<void> {
  const known = new Map<string, Promise<boolean>>();
  const mayStart = (kind: string): Promise<boolean> => {
    const answer = known.get(kind) ?? engine.mayStart(kind);
    known.set(kind, answer);
    return answer;
  };
  await forEachTenant(platform, async ({ id: tenantId, status }) => {
    const ctx = systemContext(platform, engine, tenantId, 'dead-letter-sweep');
    const redriven = status === 'active' ? await redriveDue(ctx, mayStart) : 0;
    const before = retentionDays === null ? null : platform.clock.now() - retentionDays * DAY_MS;
    const { expired, deleted } =
      before === null ? { expired: 0, deleted: 0 } : await expireDeadLetters(ctx, { before });
    if (redriven + expired + deleted > 0)
      platform.log.info('dead letters were swept', { tenantId, redriven, expired, deleted });
  });
  await measureDeadLetters(platform);
}
