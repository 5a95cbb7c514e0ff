import type { DeadLetter } from '../../domain/run.ts';
import type { UseCaseContext } from '../context.ts';

/** Gives a dead letter up; it stays on record. Errors: `not_found`, `conflict` once it was redriven. */
export function discardDeadLetter(ctx: UseCaseContext, input: { id: string }): Promise<DeadLetter> {
  return ctx.engine.discard(ctx.ports.tenantId, input.id, ctx.principal.id, ctx.requestId);
}
