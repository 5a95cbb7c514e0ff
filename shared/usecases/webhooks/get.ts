import { webhooks } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { UseCaseContext } from '../context.ts';
import { type WebhookView, webhookView } from './view.ts';

export async function findWebhook(ctx: UseCaseContext, id: string): Promise<Webhook> {
  const found = await ctx.ports.store.get(webhooks, { id });
  if (found === null) throw new RectoError('not_found', `There is no webhook ${id}.`);
  return found.data;
}

export async function getWebhook(ctx: UseCaseContext, input: { id: string }): Promise<WebhookView> {
  return webhookView(await findWebhook(ctx, input.id));
}
