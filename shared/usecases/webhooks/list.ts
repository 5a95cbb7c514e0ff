import { webhooks } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';
import { type Listed, listPage, type PageParams } from '../support/page.ts';
import { type WebhookView, webhookView } from './view.ts';

export function listWebhooks(ctx: UseCaseContext, input: PageParams): Promise<Listed<WebhookView>> {
  return listPage(ctx.ports.store, {
    ...input,
    collection: webhooks,
    newestBy: 'createdAt',
    view: ({ data }) => webhookView(data),
  });
}
