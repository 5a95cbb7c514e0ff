import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import type { UseCaseContext } from '#shared/usecases/context.ts';
import { beginIdempotent } from '#shared/usecases/idempotency/begin.ts';
import { abandonIdempotent, assertSameRequest, finishIdempotent } from '#shared/usecases/idempotency/finish.ts';
import { holdIdempotent, LEASE_MS } from '#shared/usecases/idempotency/hold.ts';
import { digest } from '#shared/usecases/idempotency/record-id.ts';
import type { HttpContext } from './http-context.ts';
import type { Answer } from './route.ts';

/** The Idempotency-Key header, null without one. */
export function idempotencyKey(c: HttpContext): string | null {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new RectoError('invalid_request', 'An Idempotency-Key is 1 to 255 visible ASCII characters, such as a UUID.');
  return key;
}

/** Does a write once for its key; the same request again gets the same answer, another one `idempotency_mismatch`. */
export async function answerOnce(
  ctx: UseCaseContext,
  input: { key: string; c: HttpContext; bytes: Uint8Array; secret: boolean; run: () => Promise<Answer | Response> },
): Promise<Answer | Response> {
  const { key, secret } = input;
  const { pathname, search } = new URL(input.c.req.url);
  const requestDigest = digest(input.c.req.method, pathname, search, input.bytes);
  const begun = await beginIdempotent(ctx, { key, leaseMs: LEASE_MS });
  if (begun.kind === 'done') {
    assertSameRequest(begun.digest, requestDigest);
    return repeated(begun);
  }
  const release = holdIdempotent(ctx, { key, documentId: begun.documentId });
  let answer: Answer | Response;
  try {
    answer = await input.run();
  } catch (error) {
    await abandonIdempotent(ctx, { key });
    throw error;
  } finally {
    release();
  }
  if (answer instanceof Response) {
    await abandonIdempotent(ctx, { key });
    return answer;
  }
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
  const documentId = documentOf(pathname, answer.body);
  await finishIdempotent(ctx, { key, digest: requestDigest, status: answer.status, body, secret, documentId });
  return answer;
}

const aboutDocument = z.union([
  z.object({ document: z.object({ id: z.string() }) }).transform(({ document }) => document.id),
  z.object({ documentId: z.string() }).transform(({ documentId }) => documentId),
]);

/** The document that the answer is about: its own, that of its run, or the one in the path. */
const documentOf = (pathname: string, body: unknown): string | null =>
  aboutDocument.safeParse(body).data ?? /^\/v1\/documents\/(doc_\w+)/.exec(pathname)?.[1] ?? null;

export const repeated = (kept: { status: number; body: string }): Answer => ({
  status: kept.status,
  ...(kept.body === '' ? {} : { body: JSON.parse(kept.body) }),
  headers: { 'idempotency-replayed': 'true' },
});
