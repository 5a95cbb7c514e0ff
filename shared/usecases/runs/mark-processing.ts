import { documents, runs } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';

/**
 * The document of a run that goes on after its end (a retry, a redrive) is being processed again: it does not say `failed`
 * while work is under way, and nobody starts a second run beside it. Where the run has ended anew meanwhile, what that end
 * wrote stays.
 */
export async function markProcessing(ctx: UseCaseContext, runId: string): Promise<void> {
  await ctx.ports.store.transaction(async (tx) => {
    const run = await tx.get(runs, { id: runId });
    if (run === null || run.data.documentId === null) return;
    if (run.data.status !== 'running' && run.data.status !== 'queued') return;
    const found = await tx.get(documents, { id: run.data.documentId });
    if (found === null || found.data.runId !== runId || found.data.status === 'erasing') return;
    const updatedAt = ctx.platform.clock.now();
    tx.put(documents, { id: found.data.id }, { ...found.data, status: 'processing', error: null, updatedAt });
  });
}
