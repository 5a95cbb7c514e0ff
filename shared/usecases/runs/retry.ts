import type { Run } from '../../domain/run.ts';
import type { UseCaseContext } from '../context.ts';
import { markProcessing } from './mark-processing.ts';

/** Runs what failed in an ended run again, keeping what is finished. Errors: `not_found`, `conflict`. */
export async function retryRun(ctx: UseCaseContext, input: { id: string }): Promise<Run> {
  const run = await ctx.engine.retryRun(ctx.ports.tenantId, input.id, ctx.principal.id);
  await markProcessing(ctx, run.id);
  return run;
}
