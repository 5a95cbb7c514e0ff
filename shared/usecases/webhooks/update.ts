import { z } from 'zod';
import { webhooks } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { eventTypesSchema, webhookUrlSchema } from './create.ts';
import { type WebhookView, webhookView } from './view.ts';

export const updateWebhookSchema = z.strictObject({
  url: webhookUrlSchema.optional(),
  eventTypes: eventTypesSchema.optional(),
  enabled: z.boolean().optional(),
});
export type UpdateWebhook = z.infer<typeof updateWebhookSchema>;

/** Changes what is given. Errors: `not_found`, `url_not_allowed`. */
export async function updateWebhook(ctx: UseCaseContext, input: { id: string } & UpdateWebhook): Promise<WebhookView> {
  const { id, url, eventTypes, enabled } = input;
  if (url !== undefined) await ctx.platform.mailbox.check(url);
  return ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(webhooks, { id });
    if (found === null) throw new RectoError('not_found', `There is no webhook ${id}.`);
    const next = {
      ...found.data,
      ...(url === undefined ? {} : { url }),
      ...(eventTypes === undefined ? {} : { eventTypes }),
      ...(enabled === undefined ? {} : { enabled }),
    };
    tx.put(webhooks, { id }, next);
    const changed = Object.entries({ url, eventTypes, enabled }).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    );
    recordAudit(tx, ctx, { action: 'webhook.updated', targets: [{ type: 'webhook', id }], metadata: { changed } });
    return webhookView(next);
  });
}
