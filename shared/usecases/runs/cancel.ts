import type { Run } from '../../domain/run.ts';
import type { UseCaseContext } from '../context.ts';

/** Ends a run at once. Cancelling again changes nothing. Errors: `not_found`, `conflict` when it has ended otherwise. */
export function cancelRun(ctx: UseCaseContext, input: { id: string }): Promise<Run> {
  return ctx.engine.cancelRun(ctx.ports.tenantId, input.id, ctx.principal.id);
}
