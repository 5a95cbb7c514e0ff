import { webhooks } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { newSigningSecret } from '../../domain/webhooks/signature.ts';
import { firstSecret, parseSecrets, rotated } from '../../domain/webhooks/signing-secrets.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { findWebhook } from './get.ts';

/** A new signing secret, shown this once; the old one goes on signing beside it for a day. */
export async function rotateWebhookSecret(
  ctx: UseCaseContext,
  input: { id: string },
): Promise<{ id: string; secret: string; previousValidUntil: number | null }> {
  const { store, secrets } = ctx.ports;
  const webhook = await findWebhook(ctx, input.id);
  const stored = await secrets.get(webhook.secretName);
  const secret = newSigningSecret();
  const next = stored === null ? firstSecret(secret) : rotated(parseSecrets(stored), secret, ctx.platform.clock.now());
  // Told before it is done: a rotation that fails half-way leaves an event too many, never one too few.
  await store.transaction(async (tx) => {
    if ((await tx.get(webhooks, { id: input.id })) === null)
      throw new RectoError('not_found', `There is no webhook ${input.id}.`);
    recordAudit(tx, ctx, { action: 'webhook.secret_rotated', targets: [{ type: 'webhook', id: input.id }] });
  });
  await secrets.put(webhook.secretName, JSON.stringify(next));
  return { id: input.id, secret, previousValidUntil: next.previous?.validUntil ?? null };
}
