import { webhookDeliveries } from '../../domain/collections.ts';
import { toRectoError } from '../../domain/errors.ts';
import type { Webhook, WebhookDelivery } from '../../domain/webhook.ts';
import { deliverOnce } from '../../steps/support/deliver-webhook.ts';
import type { UseCaseContext } from '../context.ts';
import { type DeliveryView, deliveryView } from './view.ts';

/** Sends at once and answers with the log of the delivery, whether the receiver took it or not. */
export async function sendNow(ctx: UseCaseContext, webhook: Webhook, delivery: WebhookDelivery): Promise<DeliveryView> {
  const { mailbox, clock } = ctx.platform;
  try {
    return deliveryView(await deliverOnce({ ports: ctx.ports, mailbox, clock }, { webhook, delivery, final: true }));
  } catch (thrown) {
    const error = toRectoError(thrown);
    const logged = await ctx.ports.store.get(webhookDeliveries, { id: delivery.id });
    if (logged !== null && (error.code === 'delivery_failed' || error.code === 'url_not_allowed'))
      return deliveryView(logged.data);
    throw error;
  }
}
