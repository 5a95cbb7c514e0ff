import type { CloudEvent } from '../records.ts';
import type { WebhookDelivery } from '../webhook.ts';

export type DeliveryTry = WebhookDelivery['tries'][number];

/** The log keeps the latest tries only; a redelivery by hand has no bound of its own. */
const MAX_TRIES = 30;

const idOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export function newDelivery(params: {
  id: string;
  webhookId: string;
  event: CloudEvent;
  body: string;
  now: number;
}): WebhookDelivery {
  const { id, webhookId, event, body, now } = params;
  return {
    id,
    webhookId,
    eventType: event.type,
    eventId: event.id,
    documentId: idOf(event.data.documentId),
    runId: idOf(event.data.runId),
    status: 'pending',
    tries: [],
    body,
    createdAt: now,
    updatedAt: now,
  };
}

/** `final`: no further try will follow by itself. */
export function withTry(delivery: WebhookDelivery, made: DeliveryTry, final: boolean): WebhookDelivery {
  const accepted = made.status !== null && made.status >= 200 && made.status < 300;
  // A receiver that accepted once has it, whatever a later try was answered.
  const delivered = accepted || delivery.status === 'delivered';
  return {
    ...delivery,
    status: delivered ? 'delivered' : final ? 'failed' : 'pending',
    tries: [...delivery.tries, made].slice(-MAX_TRIES),
    updatedAt: made.at,
  };
}
