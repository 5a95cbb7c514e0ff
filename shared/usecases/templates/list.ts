import { templates } from '../../domain/collections.ts';
import type { Template } from '../../domain/extraction/custom.ts';
import type { UseCaseContext } from '../context.ts';
import { type Listed, listPage, type PageParams } from '../support/page.ts';

export function listTemplates(ctx: UseCaseContext, input: PageParams): Promise<Listed<Template>> {
  return listPage(ctx.ports.store, {
    ...input,
    collection: templates,
    newestBy: 'createdAt',
    view: ({ data }) => data,
  });
}
