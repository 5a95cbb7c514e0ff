import { fieldDefinitions, templates } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { CATALOGUE } from '../../domain/extraction/catalogue/index.ts';
import type { Template, TemplateInput } from '../../domain/extraction/custom.ts';
import { newId } from '../../domain/ids.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { MAX_FIELD_DEFINITIONS, MAX_TEMPLATES } from './limits.ts';

/**
 * Defines a template of the tenant's own, or replaces the one of that name; `input` has passed `templateInputSchema`.
 * Errors: `invalid_request` for a field that neither the catalogue nor the tenant has; `limit_exceeded` at 100 templates.
 */
export async function saveTemplate(ctx: UseCaseContext, input: TemplateInput): Promise<Template> {
  const now = ctx.platform.clock.now();
  const { store } = ctx.ports;
  const own = await store.query(fieldDefinitions, { limit: MAX_FIELD_DEFINITIONS });
  const names = new Set([...CATALOGUE.map((field) => field.name), ...own.records.map((record) => record.id)]);
  const unknown = input.fields.filter((name) => !names.has(name));
  if (unknown.length > 0) {
    throw new RectoError(
      'invalid_request',
      `There is no field ${unknown.slice(0, 10).join(', ')}; define it first or take one of the catalogue.`,
      { details: { fields: unknown.slice(0, 10) } },
    );
  }
  const count = await store.count(templates, {});
  return store.transaction(async (tx) => {
    const known = await tx.get(templates, { id: input.name });
    if (known === null && count >= MAX_TEMPLATES) {
      throw new RectoError('limit_exceeded', `A tenant has at most ${MAX_TEMPLATES} templates; delete one first.`);
    }
    const id = known?.data.id ?? newId('template', now);
    const saved: Template = { ...input, id, createdAt: known?.data.createdAt ?? now, updatedAt: now };
    tx.put(templates, { id: input.name }, saved);
    const action = known === null ? 'template.created' : 'template.updated';
    recordAudit(tx, ctx, { action, targets: [{ type: 'template', id: input.name }] });
    return saved;
  });
}
