import { newId } from '../../domain/ids.ts';
import type { CloudEvent } from '../../domain/records.ts';
import { newDelivery } from '../../domain/webhooks/delivery-log.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { findWebhook } from './get.ts';
import { sendNow } from './send.ts';
import type { DeliveryView } from './view.ts';

/** Sends a `webhook.test` event to the endpoint now, also when it is turned off; the answer says how it went. */
export async function testWebhook(ctx: UseCaseContext, input: { id: string }): Promise<DeliveryView> {
  const webhook = await findWebhook(ctx, input.id);
  const now = ctx.platform.clock.now();
  const event: CloudEvent = {
    specversion: '1.0',
    id: newId('event', now),
    source: `/v1/webhooks/${webhook.id}`,
    type: 'webhook.test',
    subject: webhook.id,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    tenantid: ctx.ports.tenantId,
    data: { message: 'This is a test. Nothing happened.', requestId: ctx.requestId },
  };
  await ctx.ports.store.transaction(async (tx) => {
    recordAudit(tx, ctx, { action: 'webhook.tested', targets: [{ type: 'webhook', id: webhook.id }] });
  });
  const body = JSON.stringify(event);
  return sendNow(ctx, webhook, newDelivery({ id: newId('delivery', now), webhookId: webhook.id, event, body, now }));
}
