import { z } from 'zod';
import { apiKeys } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { ApiKey } from '../../domain/principal.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { assertMayGrant, issue } from './create.ts';
import { apiKeyView, type IssuedApiKey } from './view.ts';

export const rotateApiKeySchema = z.strictObject({
  /** How long the old key goes on working, seconds; 0 ends it at once. */
  overlapSeconds: z.number().int().min(0).max(604_800).default(0),
});

/** A new key with the old one's name, scopes and expiry; the old one ends, at once or after the overlap. */
export async function rotateApiKey(
  ctx: UseCaseContext,
  input: { id: string; overlapSeconds: number },
): Promise<{ issued: IssuedApiKey; old: ApiKey }> {
  const now = ctx.platform.clock.now();
  return ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(apiKeys, { id: input.id });
    if (found === null) throw new RectoError('not_found', `There is no API key ${input.id}.`);
    const { revokedAt, expiresAt } = found.data;
    if (revokedAt !== null || (expiresAt !== null && expiresAt <= now))
      throw new RectoError('conflict', `The API key ${input.id} has ended; create a new one instead.`);
    assertMayGrant(ctx, found.data.scopes);
    const { key, record } = issue(now, found.data);
    const end = now + input.overlapSeconds * 1000;
    const old: ApiKey =
      input.overlapSeconds === 0
        ? { ...found.data, revokedAt: now }
        : { ...found.data, expiresAt: expiresAt === null ? end : Math.min(expiresAt, end) };
    tx.create(apiKeys, { id: record.id }, record);
    tx.put(apiKeys, { id: old.id }, old);
    recordAudit(tx, ctx, {
      action: 'api-key.rotated',
      targets: [
        { type: 'apiKey', id: old.id },
        { type: 'apiKey', id: record.id },
      ],
      metadata: { overlapSeconds: input.overlapSeconds },
    });
    return { issued: { apiKey: apiKeyView(record), key }, old };
  });
}
