import { z } from 'zod';
import { apiKeyHint, hashApiKey, newApiKey } from '../../domain/api-key.ts';
import { apiKeys } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { type ApiKey, type Scope, scopeSchema } from '../../domain/principal.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { apiKeyView, type IssuedApiKey } from './view.ts';

export const createApiKeySchema = z.strictObject({
  name: z.string().min(1).max(200),
  scopes: z.array(scopeSchema).min(1).max(50),
  /** Epoch ms; null or absent: does not expire. */
  expiresAt: z.number().int().nullable().optional(),
});
export type CreateApiKey = z.infer<typeof createApiKeySchema>;

/** Issues a key. Nobody grants what they do not hold: `forbidden` for scopes beyond the principal's own. */
export async function createApiKey(ctx: UseCaseContext, input: CreateApiKey): Promise<IssuedApiKey> {
  assertMayGrant(ctx, input.scopes);
  const now = ctx.platform.clock.now();
  const expiresAt = input.expiresAt ?? null;
  if (expiresAt !== null && expiresAt <= now)
    throw new RectoError('invalid_request', 'expiresAt lies in the past; give a later time in epoch milliseconds.');
  const { key, record } = issue(now, { name: input.name, scopes: [...new Set(input.scopes)], expiresAt });
  await ctx.ports.store.transaction(async (tx) => {
    tx.create(apiKeys, { id: record.id }, record);
    recordAudit(tx, ctx, {
      action: 'api-key.created',
      targets: [{ type: 'apiKey', id: record.id }],
      metadata: { scopes: record.scopes, expiresAt },
    });
  });
  return { apiKey: apiKeyView(record), key };
}

export function issue(
  now: number,
  params: Pick<ApiKey, 'name' | 'scopes' | 'expiresAt'>,
): { key: string; record: ApiKey } {
  const key = newApiKey();
  return {
    key,
    record: {
      id: newId('apiKey', now),
      name: params.name,
      hash: hashApiKey(key),
      hint: apiKeyHint(key),
      scopes: params.scopes,
      createdAt: now,
      expiresAt: params.expiresAt,
      revokedAt: null,
    },
  };
}

export function assertMayGrant(ctx: UseCaseContext, scopes: readonly Scope[]): void {
  const beyond = scopes.filter((scope) => !ctx.principal.scopes.includes(scope));
  if (beyond.length > 0)
    throw new RectoError(
      'forbidden',
      `These credentials do not hold ${beyond.join(', ')}, so they cannot grant it. Use credentials that do.`,
      { details: { missingScopes: beyond } },
    );
}
