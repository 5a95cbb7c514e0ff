import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { RectoError, toRectoError } from '#shared/domain/errors.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { PushEnvelope } from '#shared/ports/message-bus.ts';
import type { PushHandler } from './push-handler.ts';

/** 10 MB of data in base64, with its attributes. */
const MAX_BODY = 15 * 1024 * 1024;

const envelopeSchema = z.object({
  message: z.object({
    messageId: z.string(),
    data: z.string().default(''),
    attributes: z.record(z.string(), z.string()).default({}),
    publishTime: z.string(),
    orderingKey: z.string().optional(),
  }),
  subscription: z.string(),
  deliveryAttempt: z.number().int().optional(),
});

export interface PushListenerOptions {
  handlers: ReadonlyMap<string, PushHandler>;
  /** What the bus proves itself with. */
  token: string;
  log: Logger;
}

/** Whether a request proves itself with the token; takes as long for a wrong one as for the right one. */
export function carries(token: string): (req: IncomingMessage) => boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  return (req) => {
    const given = Buffer.from(req.headers.authorization ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
}

/**
 * Serves the push endpoints (`/_push/…`): 204 acknowledges, anything else brings the message again. A request without the
 * bus's token gets the same 404 as an unknown path. Answers false when the request is not for it.
 */
export function createPushListener({
  handlers,
  token,
  log,
}: PushListenerOptions): (req: IncomingMessage, res: ServerResponse) => boolean {
  const authorized = carries(token);
  return (req, res) => {
    const path = req.url ?? '';
    if (!path.startsWith('/_push/')) return false;
    const handler = handlers.get(path);
    if (handler === undefined || req.method !== 'POST' || !authorized(req)) {
      res.writeHead(404).end();
      return true;
    }
    const gone = new AbortController();
    res.on('close', () => gone.abort(new RectoError('cancelled', 'The bus went away before the message was handled.')));
    readEnvelope(req)
      .then((envelope) => handler(envelope, gone.signal))
      .then(
        () => res.writeHead(204).end(),
        (thrown: unknown) => {
          const error = toRectoError(thrown);
          log.warn('push not acknowledged', { path, code: error.code, error: thrown });
          if (!res.headersSent) res.writeHead(error.status >= 500 || error.status === 429 ? error.status : 503).end();
        },
      );
    return true;
  };
}

/** A pushed message; errors: `body_too_large`, `invalid_request` when it is no envelope. */
export async function readEnvelope(req: IncomingMessage): Promise<PushEnvelope> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    const bytes = chunk instanceof Buffer ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > MAX_BODY) throw new RectoError('body_too_large', `A push envelope has at most ${MAX_BODY} bytes.`);
    chunks.push(bytes);
  }
  const parsed = envelopeSchema.safeParse(jsonOf(Buffer.concat(chunks).toString('utf8')));
  if (!parsed.success)
    throw new RectoError('invalid_request', 'The body is not the envelope of a pushed message.', {
      cause: parsed.error,
    });
  const { orderingKey, ...message } = parsed.data.message;
  const { deliveryAttempt, subscription } = parsed.data;
  return {
    message: orderingKey === undefined ? message : { ...message, orderingKey },
    subscription,
    ...(deliveryAttempt === undefined ? {} : { deliveryAttempt }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no envelope either
  }
}
