import { usage } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';
import { countActiveRuns } from '../quotas/check.ts';
import { readTotals } from '../quotas/counters.ts';

export interface UsageSummary {
  from: number;
  to: number;
  /** What was processed in the interval. */
  runs: number;
  pages: number;
  ocrPages: number;
  bytes: number;
  /** What is held now. */
  storedBytes: number;
  documents: number;
  activeRuns: number;
}

/** Sums the usage records of `from` (inclusive) to `to` (exclusive), epoch ms: each run counts once however often it was tried. */
export async function summarizeUsage(ctx: UseCaseContext, input: { from: number; to: number }): Promise<UsageSummary> {
  const sum = { runs: 0, pages: 0, ocrPages: 0, bytes: 0 };
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof nextPage>> = await nextPage(ctx, input, cursor);
    for (const { data } of page.records) {
      sum.runs += 1;
      sum.pages += data.pages;
      sum.ocrPages += data.ocrPages;
      sum.bytes += data.bytes;
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  const [totals, activeRuns] = await Promise.all([readTotals(ctx.ports.store), countActiveRuns(ctx)]);
  return { ...input, ...sum, ...totals, activeRuns };
}

function nextPage(ctx: UseCaseContext, input: { from: number; to: number }, cursor: string | null) {
  return ctx.ports.store.query(usage, {
    where: [
      { field: 'at', op: '>=', value: input.from },
      { field: 'at', op: '<', value: input.to },
    ],
    orderBy: [{ field: 'at', direction: 'asc' }],
    limit: 1000,
    cursor,
  });
}
