import { apiKeys } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { ApiKey } from '../../domain/principal.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';

/** Ends a key for good; a second time has no effect. The record stays, so that audit events still name it. */
export function revokeApiKey(ctx: UseCaseContext, input: { id: string }): Promise<ApiKey> {
  return ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(apiKeys, { id: input.id });
    if (found === null) throw new RectoError('not_found', `There is no API key ${input.id}.`);
    if (found.data.revokedAt !== null) return found.data;
    const revoked = { ...found.data, revokedAt: ctx.platform.clock.now() };
    tx.put(apiKeys, { id: found.id }, revoked);
    recordAudit(tx, ctx, { action: 'api-key.revoked', targets: [{ type: 'apiKey', id: found.id }] });
    return revoked;
  });
}
