import { z } from 'zod';
import { webhookDeliveries, webhooks } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { digestId } from '../domain/events/document-event.ts';
import type { JsonObject } from '../domain/json.ts';
import { type CloudEvent, cloudEventSchema } from '../domain/records.ts';
import type { Webhook } from '../domain/webhook.ts';
import { newDelivery } from '../domain/webhooks/delivery-log.ts';
import type { FanOutStep } from '../engine/step.ts';
import type { QueryPage } from '../ports/document-store.ts';
import type { TenantPorts } from '../ports/platform.ts';
import { deliverOnce } from './support/deliver-webhook.ts';

const partSchema = z.object({ webhookId: z.string() });
/** Within a few minutes; then the dead letters keep it, and run it again over half a day. */
const MAX_ATTEMPTS = 8;
const PAGE = 200;
const MAX_ENDPOINTS = 1000;

function eventOf(run: JsonObject): CloudEvent {
  const parsed = cloudEventSchema.safeParse(run.event);
  if (!parsed.success)
    throw new RectoError('invalid_request', 'The run input of a webhook step needs an `event`, a CloudEvent.');
  return parsed.data;
}

const wants = (webhook: Webhook, event: CloudEvent): boolean =>
  webhook.enabled && (webhook.eventTypes.length === 0 || webhook.eventTypes.includes(event.type));

async function subscribers(ports: TenantPorts, event: CloudEvent): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: QueryPage<Webhook> = await ports.store.query(webhooks, { limit: PAGE, cursor });
    for (const { data } of page.records) if (wants(data, event)) ids.push(data.id);
    cursor = page.nextCursor;
  } while (cursor !== null && ids.length < MAX_ENDPOINTS);
  return ids.slice(0, MAX_ENDPOINTS);
}

/** Tells every endpoint that asked for it about an event; one part an endpoint, so that one that is down holds up no other. */
export const webhookStep: FanOutStep = {
  kind: 'webhook',
  pool: 'network',
  timeoutMs: 30_000,
  maxAttempts: MAX_ATTEMPTS,
  advisory: true,
  async plan(ctx, input) {
    const ids = await subscribers(ctx.ports, eventOf(input.run));
    return ids.map((webhookId) => ({ webhookId }));
  },
  async runPart(ctx, input, part) {
    const event = eventOf(input.run);
    const { webhookId } = partSchema.parse(part.input);
    const id = digestId('dlv', ctx.idempotencyKey);
    const [endpoint, known] = await Promise.all([
      ctx.ports.store.get(webhooks, { id: webhookId }),
      ctx.ports.store.get(webhookDeliveries, { id }),
    ]);
    // Deleted or turned off since the plan: there is nobody to tell.
    if (endpoint === null || !endpoint.data.enabled) return { output: { deliveryId: null } };
    if (known?.data.status === 'delivered') return { output: { deliveryId: id } };
    const delivery =
      known?.data ?? newDelivery({ id, webhookId, event, body: JSON.stringify(event), now: ctx.clock.now() });
    await deliverOnce(ctx, {
      webhook: endpoint.data,
      delivery,
      final: ctx.attempt >= MAX_ATTEMPTS,
      signal: ctx.signal,
    });
    return { output: { deliveryId: id } };
  },
  merge(_ctx, _input, parts) {
    const failed = parts.filter((part) => part.status === 'failed').length;
    return Promise.resolve({ output: { delivered: parts.length - failed, failed } });
  },
};
