import { documents, webhookDeliveries, webhooks } from '../../domain/collections.ts';
import { RectoError, toRectoError } from '../../domain/errors.ts';
import type { Webhook, WebhookDelivery } from '../../domain/webhook.ts';
import { type DeliveryTry, withTry } from '../../domain/webhooks/delivery-log.ts';
import { signedHeaders } from '../../domain/webhooks/signature.ts';
import { parseSecrets, validSecrets } from '../../domain/webhooks/signing-secrets.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Mailbox } from '../../ports/mailbox.ts';
import type { TenantPorts } from '../../ports/platform.ts';

const TIMEOUT_MS = 15_000;
const GONE = 410;

/**
 * One try of a delivery: signs, sends, and logs how it went before it returns or throws. Errors: `delivery_failed`, transient
 * with `retryAfter` where the receiver named one; permanent for 410, which also turns the endpoint off.
 */
export async function deliverOnce(
  world: { ports: TenantPorts; mailbox: Mailbox; clock: Clock },
  params: { webhook: Webhook; delivery: WebhookDelivery; final: boolean; signal?: AbortSignal },
): Promise<WebhookDelivery> {
  const { ports, mailbox, clock } = world;
  const { webhook, delivery, signal } = params;
  const stored = await ports.secrets.get(webhook.secretName);
  if (stored === null)
    throw new RectoError(
      'not_configured',
      `The signing secret of webhook ${webhook.id} is gone; rotate it to make one.`,
    );
  const body = delivery.body ?? '';
  const at = clock.now();
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'Recto-Webhooks/1',
    ...signedHeaders({
      id: delivery.id,
      timestampSeconds: Math.floor(at / 1000),
      body,
      secrets: validSecrets(parseSecrets(stored), at),
    }),
  };
  let made: DeliveryTry;
  let failure: RectoError | null = null;
  try {
    const answer = await mailbox.deliver({ url: webhook.url, headers, body, timeoutMs: TIMEOUT_MS }, signal);
    const { status, bodyStart, durationMs } = answer;
    if (status < 200 || status >= 300) failure = refusal(webhook, status, answer.retryAfter);
    made = { at, status, error: failure === null ? null : failure.message, durationMs, bodyStart };
  } catch (thrown) {
    // Cancelled or shut down: nothing can be said about the receiver.
    if (signal?.aborted) throw thrown;
    failure = toRectoError(thrown);
    made = { at, status: null, error: failure.message, durationMs: clock.now() - at, bodyStart: '' };
  }
  const final = params.final || failure?.class === 'permanent';
  const logged = await log(ports, delivery, made, final, made.status === GONE ? webhook.id : null);
  if (failure !== null) throw failure;
  return logged;
}

function refusal(webhook: Webhook, status: number, retryAfter: number | null): RectoError {
  if (status === GONE)
    return new RectoError(
      'delivery_failed',
      `The receiver of webhook ${webhook.id} answered 410 Gone; the webhook was turned off. Turn it on again when it is back.`,
      { class: 'permanent', details: { status } },
    );
  return new RectoError('delivery_failed', `The receiver of webhook ${webhook.id} answered ${status} instead of 2xx.`, {
    details: { status },
    ...(retryAfter === null ? {} : { retryAfter: Math.min(retryAfter, 24 * 3600) }),
  });
}

/**
 * Appends the try to the delivery's record, which its id keeps single however often the step is tried. Of a document that is being
 * erased nothing is kept.
 */
async function log(
  ports: TenantPorts,
  delivery: WebhookDelivery,
  made: DeliveryTry,
  final: boolean,
  disable: string | null,
): Promise<WebhookDelivery> {
  return ports.store.transaction(async (tx) => {
    const known = await tx.get(webhookDeliveries, { id: delivery.id });
    const endpoint = disable === null ? null : await tx.get(webhooks, { id: disable });
    const { documentId } = delivery;
    const document = documentId === null ? null : await tx.get(documents, { id: documentId });
    const erased = documentId !== null && (document === null || document.data.status === 'erasing');
    const next = withTry(known?.data ?? delivery, made, final);
    if (!erased) tx.put(webhookDeliveries, { id: delivery.id }, next);
    if (endpoint !== null && disable !== null) tx.put(webhooks, { id: disable }, { ...endpoint.data, enabled: false });
    return next;
  });
}
