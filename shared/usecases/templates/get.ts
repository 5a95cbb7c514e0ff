import { templates } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Template } from '../../domain/extraction/custom.ts';
import type { UseCaseContext } from '../context.ts';

export async function getTemplate(ctx: UseCaseContext, input: { name: string }): Promise<Template> {
  const found = await ctx.ports.store.get(templates, { id: input.name });
  if (found === null) throw new RectoError('not_found', `There is no template ${input.name} of your own.`);
  return found.data;
}
