import { z } from 'zod';
import { idempotency } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import type { UseCaseContext } from '../context.ts';
import { idempotencyRecordId } from './record-id.ts';

/** How long an answer is kept for repetition. */
export const KEEP_MS = 24 * 3_600_000;

/** While the request is under way: who repeats it waits until `leaseUntil`, then carries on with the same document id. */
const underWaySchema = z.object({ leaseUntil: z.number(), documentId: z.string() });

export type Begun =
  /** Nothing was done yet; or an earlier try broke off: then `resumed` is true and its effects may be there. */
  | { kind: 'go'; documentId: string; resumed: boolean }
  /** It was done: `digest` of that request, and its answer. */
  | { kind: 'done'; digest: string; status: number; body: string };

/**
 * Claims an Idempotency-Key. `documentId` is the same in every try, for requests that make a document.
 * Errors: `conflict` with `retryAfter` while another request with this key is under way.
 */
export function beginIdempotent(ctx: UseCaseContext, input: { key: string; leaseMs: number }): Promise<Begun> {
  const id = idempotencyRecordId(ctx, input.key);
  return ctx.ports.store.transaction(async (tx): Promise<Begun> => {
    const now = ctx.platform.clock.now();
    const found = await tx.get(idempotency, { id });
    const claim = (documentId: string): void =>
      tx.put(
        idempotency,
        { id },
        {
          requestDigest: '',
          state: 'running',
          status: null,
          body: JSON.stringify({ leaseUntil: now + input.leaseMs, documentId }),
          documentId,
          expiresAt: now + KEEP_MS,
        },
      );
    if (found === null) {
      const documentId = newId('document', now);
      claim(documentId);
      return { kind: 'go', documentId, resumed: false };
    }
    const { state, status, body, requestDigest } = found.data;
    if (state === 'done')
      return { kind: 'done', digest: requestDigest, status: status ?? 200, body: await open(ctx, body) };
    const underWay = underWaySchema.parse(JSON.parse(body ?? '{}'));
    if (underWay.leaseUntil > now)
      throw new RectoError(
        'conflict',
        'A request with this Idempotency-Key is under way. Wait for its answer, or repeat this one a little later.',
        { retryAfter: 2 },
      );
    claim(underWay.documentId);
    return { kind: 'go', documentId: underWay.documentId, resumed: true };
  });
}

/** Answers that held a secret are kept encrypted. */
async function open(ctx: UseCaseContext, body: string | null): Promise<string> {
  if (body === null || !body.startsWith('enc:')) return body ?? '';
  const plain = await ctx.ports.keys.decrypt('idempotency', Buffer.from(body.slice(4), 'base64'));
  return Buffer.from(plain).toString('utf8');
}
