import { z } from 'zod';
import { webhooks } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { EVENT_TYPES, type Webhook } from '../../domain/webhook.ts';
import { newSigningSecret } from '../../domain/webhooks/signature.ts';
import { firstSecret } from '../../domain/webhooks/signing-secrets.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { type WebhookView, webhookView } from './view.ts';

export const webhookUrlSchema = z.url({ protocol: /^https?$/ }).max(2000);
export const eventTypesSchema = z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length);

export const createWebhookSchema = z.strictObject({
  url: webhookUrlSchema,
  /** Empty: every event. */
  eventTypes: eventTypesSchema.default([]),
  enabled: z.boolean().default(true),
});
export type CreateWebhook = z.infer<typeof createWebhookSchema>;

const MAX_WEBHOOKS = 100;

/**
 * An endpoint and its signing secret, which is shown this once. Errors: `url_not_allowed` for a private address,
 * `limit_exceeded` at 100.
 */
export async function createWebhook(
  ctx: UseCaseContext,
  input: CreateWebhook,
): Promise<WebhookView & { secret: string }> {
  const { store, secrets } = ctx.ports;
  await ctx.platform.mailbox.check(input.url);
  if ((await store.count(webhooks, {})) >= MAX_WEBHOOKS)
    throw new RectoError('limit_exceeded', `A tenant has at most ${MAX_WEBHOOKS} webhooks; delete one first.`);
  const now = ctx.platform.clock.now();
  const id = newId('webhook', now);
  const secret = newSigningSecret();
  const webhook: Webhook = { id, ...input, secretName: `webhook.${id}`, createdAt: now };
  // The secret first: an endpoint never stands without one. One left over by a failure is named by no record.
  await secrets.put(webhook.secretName, JSON.stringify(firstSecret(secret)));
  try {
    await store.transaction(async (tx) => {
      tx.create(webhooks, { id }, webhook);
      recordAudit(tx, ctx, { action: 'webhook.created', targets: [{ type: 'webhook', id }] });
    });
  } catch (error) {
    await secrets.delete(webhook.secretName);
    throw error;
  }
  return { ...webhookView(webhook), secret };
}
