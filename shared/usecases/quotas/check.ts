import { runs } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';
import { loadTenant } from '../tenants/load.ts';
import { readTotals } from './counters.ts';

/**
 * Throws `quota_exceeded` when taking in `bytes` more, or one more run, would pass what the tenant may hold. Runs are
 * counted from the records themselves: a counter beside them could leak. Uploads side by side may pass the limit by
 * what is on its way.
 */
export async function assertQuota(ctx: UseCaseContext, input: { bytes: number }): Promise<void> {
  const { limits } = await loadTenant(ctx.ports);
  const [{ storedBytes }, activeRuns] = await Promise.all([readTotals(ctx.ports.store), countActiveRuns(ctx)]);
  if (storedBytes + input.bytes > limits.maxStoredBytes) {
    throw new RectoError(
      'quota_exceeded',
      `The tenant holds ${storedBytes} of ${limits.maxStoredBytes} bytes; ${input.bytes} more do not fit. Delete documents or ask for a larger quota.`,
      { details: { quota: 'storedBytes', limit: limits.maxStoredBytes, used: storedBytes }, retryAfter: 3600 },
    );
  }
  if (activeRuns >= limits.maxConcurrentRuns) {
    throw new RectoError(
      'quota_exceeded',
      `${activeRuns} runs are queued or running, the most this tenant may have. Wait until some have ended.`,
      { details: { quota: 'concurrentRuns', limit: limits.maxConcurrentRuns, used: activeRuns }, retryAfter: 30 },
    );
  }
}

export function countActiveRuns(ctx: UseCaseContext): Promise<number> {
  return ctx.ports.store.count(runs, { where: [{ field: 'status', op: 'in', value: ['queued', 'running'] }] });
}
