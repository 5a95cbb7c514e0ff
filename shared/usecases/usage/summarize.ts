import { addUp, type UsageSums } from '../../domain/usage.ts';
import type { UseCaseContext } from '../context.ts';
import { countActiveRuns } from '../quotas/check.ts';
import { readTotals } from '../quotas/counters.ts';
import { type Interval, usageByDay } from './by-day.ts';

/** What was processed in the interval, and what is held now. */
export interface UsageSummary extends Interval, UsageSums {
  storedBytes: number;
  documents: number;
  activeRuns: number;
}

/** Sums up what was used from `from` (inclusive) to `to` (exclusive), epoch ms: each run counts once however often it was tried. */
export async function summarizeUsage(ctx: UseCaseContext, input: Interval): Promise<UsageSummary> {
  const days = await usageByDay(ctx.ports.store, input);
  const [totals, activeRuns] = await Promise.all([readTotals(ctx.ports.store), countActiveRuns(ctx)]);
  return { ...input, ...addUp(days.values()), ...totals, activeRuns };
}
