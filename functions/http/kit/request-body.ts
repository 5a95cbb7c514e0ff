import { Readable } from 'node:stream';
import { RectoError } from '#shared/domain/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { HttpContext } from './http-context.ts';

export const MAX_JSON_BYTES = 1024 * 1024;
/** No byte for so long, and the request is given up. */
const IDLE_MS = 30_000;
/** What is small has to be there by then, however steadily it drips. */
export const SMALL_BODY_MS = 60_000;

/**
 * The bytes of the request as they arrive: from node's own request where there is one (no copies through web streams),
 * else from the web stream. Stops with `request_timeout` when nothing comes for 30 s, or when it is not whole after `maxMs`.
 */
export async function* requestBytes(
  c: HttpContext,
  clock: Clock,
  maxMs = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array, void> {
  assertPlain(c);
  const until = clock.now() + maxMs;
  const incoming = c.env?.incoming;
  // Not destroyed when we stop early: the answer still has to go out on that connection.
  const iterator: AsyncIterator<unknown> | undefined =
    incoming instanceof Readable
      ? incoming.iterator({ destroyOnReturn: false })
      : c.req.raw.body?.[Symbol.asyncIterator]();
  if (iterator === undefined) return;
  try {
    for (;;) {
      const next = await withinIdleTime(iterator.next(), clock);
      if (next.done === true) return;
      if (clock.now() > until)
        throw new RectoError(
          'request_timeout',
          `The body was not whole after ${maxMs / 1000} s. Send it again, faster.`,
        );
      yield next.value instanceof Uint8Array ? next.value : Buffer.from(String(next.value));
    }
  } catch (error) {
    if (error instanceof RectoError) throw error;
    throw new RectoError('invalid_request', 'The request body broke off before its end. Send the request again.', {
      cause: error,
    });
  } finally {
    await iterator.return?.();
  }
}

function withinIdleTime<T>(pending: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(IDLE_MS, () =>
      reject(new RectoError('request_timeout', `No data came for ${IDLE_MS / 1000} s. Send the request again.`)),
    );
    pending.then(resolve, reject).finally(cancel);
  });
}

/** A compressed body could unfold to any size: none is taken. */
function assertPlain(c: HttpContext): void {
  const encoding = c.req.header('content-encoding');
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity')
    throw new RectoError(
      'unsupported_media_type',
      'Request bodies with a Content-Encoding are not accepted. Send the body uncompressed, without that header.',
    );
}

/** The whole body, at most `maxBytes`: else `body_too_large`, as soon as that is known. */
export async function readBody(c: HttpContext, clock: Clock, maxBytes = MAX_JSON_BYTES): Promise<Buffer> {
  const declared = Number(c.req.header('content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of requestBytes(c, clock, SMALL_BODY_MS)) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

const tooLarge = (maxBytes: number) =>
  new RectoError('body_too_large', `The request body may have at most ${maxBytes} bytes here.`, {
    details: { maxBytes },
  });
