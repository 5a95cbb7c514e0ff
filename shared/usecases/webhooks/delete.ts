import { webhooks } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';

/** The endpoint and its secret go; the log of its deliveries stays. Errors: `not_found`. */
export async function deleteWebhook(ctx: UseCaseContext, input: { id: string }): Promise<void> {
  const { id } = input;
  const secretName = await ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(webhooks, { id });
    if (found === null) throw new RectoError('not_found', `There is no webhook ${id}.`);
    tx.delete(webhooks, { id });
    recordAudit(tx, ctx, { action: 'webhook.deleted', targets: [{ type: 'webhook', id }] });
    return found.data.secretName;
  });
  await ctx.ports.secrets.delete(secretName);
}
