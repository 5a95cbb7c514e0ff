import { fieldDefinitions } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { FieldDefinition, FieldDefinitionInput } from '../../domain/extraction/custom.ts';
import { newId } from '../../domain/ids.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { MAX_FIELD_DEFINITIONS } from './limits.ts';

/**
 * Defines a field of the tenant's own, or replaces the one of that name; `input` has passed `fieldDefinitionInputSchema`.
 * Documents processed from now on have it. Errors: `limit_exceeded` at 500 fields.
 */
export async function saveField(ctx: UseCaseContext, input: FieldDefinitionInput): Promise<FieldDefinition> {
  const now = ctx.platform.clock.now();
  const { store } = ctx.ports;
  const count = await store.count(fieldDefinitions, {});
  return store.transaction(async (tx) => {
    const known = await tx.get(fieldDefinitions, { id: input.name });
    if (known === null && count >= MAX_FIELD_DEFINITIONS) {
      throw new RectoError('limit_exceeded', `A tenant has at most ${MAX_FIELD_DEFINITIONS} fields; delete one first.`);
    }
    const id = known?.data.id ?? newId('field', now);
    const saved: FieldDefinition = { ...input, id, createdAt: known?.data.createdAt ?? now, updatedAt: now };
    tx.put(fieldDefinitions, { id: input.name }, saved);
    const action = known === null ? 'field.created' : 'field.updated';
    recordAudit(tx, ctx, { action, targets: [{ type: 'field', id: input.name }] });
    return saved;
  });
}
