import { webhookDeliveries } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';
import { equals, type Listed, listPage, type PageParams } from '../support/page.ts';
import { findWebhook } from './get.ts';
import { type DeliveryView, deliveryView } from './view.ts';

/** Of one endpoint, or of all when none is named. */
export async function listDeliveries(
  ctx: UseCaseContext,
  input: PageParams & { webhookId?: string | undefined },
): Promise<Listed<DeliveryView>> {
  if (input.webhookId !== undefined) await findWebhook(ctx, input.webhookId);
  return listPage(ctx.ports.store, {
    ...input,
    collection: webhookDeliveries,
    where: equals({ webhookId: input.webhookId }),
    newestBy: 'createdAt',
    view: ({ data }) => deliveryView(data),
  });
}
