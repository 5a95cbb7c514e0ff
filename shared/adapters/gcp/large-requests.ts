import { type ClientHttp2Session, connect } from 'node:http2';
import { RectoError } from '../../domain/errors.ts';
import type { SendRequest } from '../embedded/inference.ts';

/** Cloud Run takes no more than 32 MiB in a request over HTTP/1; something of it is the frame's header. */
export const MAX_HTTP1_BYTES = 30 * 1024 * 1024;

/** What Node says when the other side answers in HTTP/1, or will not agree on HTTP/2. */
const SPEAKS_NO_HTTP2 = /^ERR_HTTP2_(ERROR|SESSION_ERROR)$|^ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL$/;

/**
 * Sends a body that is too large for Cloud Run's HTTP/1 over a connection of its own that speaks HTTP/2, for which there is
 * no such limit where the service's port is declared as `h2c`; everything else as `fetch` does. Errors: `not_configured` when
 * the service speaks no HTTP/2; else what the connection throws.
 */
export function largeOverHttp2(maxHttp1Bytes = MAX_HTTP1_BYTES): SendRequest {
  return (url, init) =>
    init.body instanceof Uint8Array && init.body.length > maxHttp1Bytes ? send(url, init, init.body) : fetch(url, init);
}

async function send(url: string, init: RequestInit, body: Uint8Array): Promise<Response> {
  const { origin, pathname, search } = new URL(url);
  const signal = init.signal ?? undefined;
  signal?.throwIfAborted();
  // What is queued counts: else the service's early answer would be refused.
  const session = connect(origin, { maxSessionMemory: Math.ceil(body.length / 1_000_000) + 16 });
  const stop = (): void => session.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await exchange(session, {
      headers: {
        ':method': init.method ?? 'POST',
        ':path': pathname + search,
        ...Object.fromEntries(new Headers(init.headers)),
        'content-length': String(body.length),
      },
      body,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!SPEAKS_NO_HTTP2.test(code)) throw cause;
    throw new RectoError(
      'not_configured',
      `A page image of ${body.length} bytes can be sent to the OCR service over HTTP/2 only, which ${origin} does not speak. Declare its port as h2c (infra does), or read documents at a lower resolution.`,
      { cause },
    );
  } finally {
    signal?.removeEventListener('abort', stop);
    session.destroy();
  }
}

/** One request and its whole answer; the service may answer before it has read all of the body. */
function exchange(
  session: ClientHttp2Session,
  request: { headers: Record<string, string>; body: Uint8Array },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new Error('the connection ended before the answer'));
    session.once('error', reject);
    session.once('close', closed);
    const stream = session.request(request.headers);
    const chunks: Buffer[] = [];
    let status = 0;
    const headers = new Headers();
    stream.on('response', (answer) => {
      status = Number(answer[':status']);
      for (const [name, value] of Object.entries(answer))
        if (!name.startsWith(':') && typeof value === 'string') headers.set(name, value);
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (status === 0) return closed();
      resolve(new Response(chunks.length === 0 ? null : Buffer.concat(chunks), { status, headers }));
    });
    stream.on('error', reject);
    stream.end(request.body);
  });
}
