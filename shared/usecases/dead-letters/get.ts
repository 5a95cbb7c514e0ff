import { deadLetters } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { type DeadLetter, deadLetterSchema } from '../../domain/run.ts';
import type { UseCaseContext } from '../context.ts';

export async function getDeadLetter(ctx: UseCaseContext, input: { id: string }): Promise<DeadLetter> {
  const found = await ctx.ports.store.get(deadLetters, { id: input.id });
  if (found === null) throw new RectoError('not_found', `There is no dead letter ${input.id}.`);
  return deadLetterSchema.parse(found.data);
}
