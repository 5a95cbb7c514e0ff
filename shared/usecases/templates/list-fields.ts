import { fieldDefinitions } from '../../domain/collections.ts';
import type { FieldDefinition } from '../../domain/extraction/custom.ts';
import type { UseCaseContext } from '../context.ts';
import { type Listed, listPage, type PageParams } from '../support/page.ts';

export function listFields(ctx: UseCaseContext, input: PageParams): Promise<Listed<FieldDefinition>> {
  return listPage(ctx.ports.store, {
    ...input,
    collection: fieldDefinitions,
    newestBy: 'createdAt',
    view: ({ data }) => data,
  });
}
