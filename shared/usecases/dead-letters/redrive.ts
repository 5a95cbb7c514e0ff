import type { DeadLetter } from '../../domain/run.ts';
import type { RedriveParams } from '../../engine/engine-api.ts';
import type { UseCaseContext } from '../context.ts';
import { markProcessing } from '../runs/mark-processing.ts';

/**
 * Runs dead letters again: one, or all open ones that match, spread over time; a dry run changes nothing. Errors of one
 * named alone: `not_found`, `conflict` when it is resolved already or its run was cancelled.
 */
export async function redriveDeadLetters(
  ctx: UseCaseContext,
  input: Omit<RedriveParams, 'by' | 'requestId'>,
): Promise<{ matched: number; redriven: DeadLetter[]; dryRun: boolean }> {
  const { principal, requestId } = ctx;
  const outcome = await ctx.engine.redrive(ctx.ports.tenantId, { ...input, by: principal.id, requestId });
  for (const runId of new Set(outcome.redriven.map((letter) => letter.runId))) await markProcessing(ctx, runId);
  return outcome;
}
