import { fieldDefinitions } from '../../domain/collections.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { getField } from './get-field.ts';

/** Documents processed before keep what was found. A template that names the field goes on without it. */
export async function deleteField(ctx: UseCaseContext, input: { name: string }): Promise<void> {
  const { name } = await getField(ctx, input);
  await ctx.ports.store.transaction(async (tx) => {
    tx.delete(fieldDefinitions, { id: name });
    recordAudit(tx, ctx, { action: 'field.deleted', targets: [{ type: 'field', id: name }] });
  });
}
