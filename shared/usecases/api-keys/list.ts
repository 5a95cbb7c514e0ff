import { apiKeys } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';
import { type Listed, listPage, type PageParams } from '../support/page.ts';
import { type ApiKeyView, apiKeyView } from './view.ts';

/** Every key of the tenant, revoked ones included, newest first. */
export function listApiKeys(ctx: UseCaseContext, input: PageParams): Promise<Listed<ApiKeyView>> {
  return listPage(ctx.ports.store, {
    ...input,
    collection: apiKeys,
    newestBy: 'createdAt',
    view: ({ data }) => apiKeyView(data),
  });
}
