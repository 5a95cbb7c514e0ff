import { webhookDeliveries } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { findWebhook } from './get.ts';
import { sendNow } from './send.ts';
import type { DeliveryView } from './view.ts';

/** Sends a delivery once more, same id and same bytes, newly signed. Errors: `not_found` for it or its endpoint. */
export async function retryDelivery(
  ctx: UseCaseContext,
  input: { webhookId: string; deliveryId: string },
): Promise<DeliveryView> {
  const webhook = await findWebhook(ctx, input.webhookId);
  const delivery = await ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(webhookDeliveries, { id: input.deliveryId });
    if (found === null || found.data.webhookId !== webhook.id)
      throw new RectoError('not_found', `The webhook ${webhook.id} has no delivery ${input.deliveryId}.`);
    recordAudit(tx, ctx, {
      action: 'webhook.delivery_retried',
      targets: [
        { type: 'webhook', id: webhook.id },
        { type: 'delivery', id: input.deliveryId },
      ],
    });
    return found.data;
  });
  return sendNow(ctx, webhook, delivery);
}
