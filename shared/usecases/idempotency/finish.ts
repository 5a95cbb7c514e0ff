import { documents, idempotency } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';
import { KEEP_MS } from './begin.ts';
import { idempotencyRecordId } from './record-id.ts';

const MAX_KEPT = 256 * 1024;

/**
 * Keeps the answer for a day. One that is too large to keep is forgotten, as is one about a document that was erased meanwhile: the
 * request may then be made anew.
 */
export async function finishIdempotent(
  ctx: UseCaseContext,
  input: {
    key: string;
    digest: string;
    status: number;
    body: string;
    secret: boolean;
    /** The document that the answer is about, if it is. */
    documentId: string | null;
  },
): Promise<void> {
  if (input.body.length > MAX_KEPT) return abandonIdempotent(ctx, input);
  const id = idempotencyRecordId(ctx, input.key);
  const body = input.secret ? `enc:${await seal(ctx, input.body)}` : input.body;
  const { documentId, status, digest: requestDigest } = input;
  await ctx.ports.store.transaction(async (tx) => {
    const document = documentId === null ? null : await tx.get(documents, { id: documentId });
    if (documentId !== null && (document === null || document.data.status === 'erasing'))
      return tx.delete(idempotency, { id });
    const expiresAt = ctx.platform.clock.now() + KEEP_MS;
    tx.put(idempotency, { id }, { requestDigest, state: 'done', status, body, documentId, expiresAt });
  });
}

/** The request failed: it may be made again with the same key. An answer that another try has left there meanwhile stays. */
export async function abandonIdempotent(ctx: UseCaseContext, input: { key: string }): Promise<void> {
  const id = idempotencyRecordId(ctx, input.key);
  await ctx.ports.store.transaction(async (tx) => {
    if ((await tx.get(idempotency, { id }))?.data.state === 'running') tx.delete(idempotency, { id });
  });
}

/** The request did its work but could not say so: the next try, which need not wait, carries on with the same document id. */
export async function releaseIdempotent(
  ctx: UseCaseContext,
  input: { key: string; documentId: string },
): Promise<void> {
  const id = idempotencyRecordId(ctx, input.key);
  await ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(idempotency, { id });
    if (found?.data.state !== 'running') return;
    const body = JSON.stringify({ leaseUntil: 0, documentId: input.documentId });
    tx.put(idempotency, { id }, { ...found.data, body });
  });
}

export const assertSameRequest = (kept: string, now: string): void => {
  if (kept !== now)
    throw new RectoError(
      'idempotency_mismatch',
      'This Idempotency-Key was used with another request in the last 24 hours. Use a new key for a new request.',
    );
};

async function seal(ctx: UseCaseContext, text: string): Promise<string> {
  const sealed = await ctx.ports.keys.encrypt('idempotency', new TextEncoder().encode(text));
  return Buffer.from(sealed).toString('base64');
}
