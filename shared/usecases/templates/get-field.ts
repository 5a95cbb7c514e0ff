import { fieldDefinitions } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { FieldDefinition } from '../../domain/extraction/custom.ts';
import type { UseCaseContext } from '../context.ts';

export async function getField(ctx: UseCaseContext, input: { name: string }): Promise<FieldDefinition> {
  const found = await ctx.ports.store.get(fieldDefinitions, { id: input.name });
  if (found === null) throw new RectoError('not_found', `There is no field ${input.name} of your own.`);
  return found.data;
}
