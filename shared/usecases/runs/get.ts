import { runs } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Run } from '../../domain/run.ts';
import type { UseCaseContext } from '../context.ts';

export async function getRun(ctx: UseCaseContext, input: { id: string }): Promise<Run> {
  const found = await ctx.ports.store.get(runs, { id: input.id });
  if (found === null) throw new RectoError('not_found', `There is no run ${input.id}.`);
  return found.data;
}
