import { templates } from '../../domain/collections.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { getTemplate } from './get.ts';

/** Documents processed before keep their type. */
export async function deleteTemplate(ctx: UseCaseContext, input: { name: string }): Promise<void> {
  const { name } = await getTemplate(ctx, input);
  await ctx.ports.store.transaction(async (tx) => {
    tx.delete(templates, { id: name });
    recordAudit(tx, ctx, { action: 'template.deleted', targets: [{ type: 'template', id: name }] });
  });
}
