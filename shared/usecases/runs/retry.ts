import type { Run } from '../../domain/run.ts';
import type { UseCaseContext } from '../context.ts';

/** Runs what failed in an ended run again, keeping what is finished. Errors: `not_found`, `conflict`. */
export function retryRun(ctx: UseCaseContext, input: { id: string }): Promise<Run> {
  return ctx.engine.retryRun(ctx.ports.tenantId, input.id, ctx.principal.id);
}
