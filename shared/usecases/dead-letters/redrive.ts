import type { DeadLetter } from '../../domain/run.ts';
import type { RedriveParams } from '../../engine/engine-api.ts';
import type { UseCaseContext } from '../context.ts';

/**
 * Runs dead letters again: one, or all open ones that match, spread over time; a dry run changes nothing. Errors of one
 * named alone: `not_found`, `conflict` when it is resolved already or its run was cancelled.
 */
export function redriveDeadLetters(
  ctx: UseCaseContext,
  input: Omit<RedriveParams, 'by' | 'requestId'>,
): Promise<{ matched: number; redriven: DeadLetter[]; dryRun: boolean }> {
  return ctx.engine.redrive(ctx.ports.tenantId, { ...input, by: ctx.principal.id, requestId: ctx.requestId });
}
