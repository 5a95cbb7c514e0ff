import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import type { TokenSource } from './token-source.ts';

export interface UpstreamOptions {
  /** As it is named in messages. */
  engine: string;
  token: TokenSource;
  /** Of one request, answer included. */
  timeoutMs: number;
  maxAnswerBytes: number;
}

/** Without a Retry-After of the upstream. */
const DEFAULT_RETRY_SECONDS = 10;
const MAX_RETRY_SECONDS = 600;
const MAX_MESSAGE = 200;

/**
 * Posts JSON and gives the JSON that comes back. Errors: `overloaded` for 429, and for 503 that names a time to come back;
 * `dependency_unavailable` for 5xx, no or a broken answer, and where the upstream knows neither us nor the model (401, 403,
 * 404): that is the operator's to mend, and no document should be lost over it; `too_many_pixels` for an image that is too
 * large for it; any other refusal is `invalid_request`, permanent.
 */
export async function postJson(
  url: string,
  body: unknown,
  options: UpstreamOptions,
  signal?: AbortSignal,
): Promise<unknown> {
  const { engine } = options;
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const token = await options.token(stop);
  const fail = (why: string, cause?: unknown): RectoError => {
    signal?.throwIfAborted();
    const what = timeout.aborted ? `did not answer within ${options.timeoutMs} ms` : why;
    return new RectoError('dependency_unavailable', `The OCR engine ${engine} ${what}.`, { cause });
  };
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      // A redirect would carry page and token to whoever it names.
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: stop,
    });
  } catch (cause) {
    throw fail('cannot be reached', cause);
  }
  let text: string;
  try {
    text = await boundedText(response, options.maxAnswerBytes);
  } catch (cause) {
    throw fail(
      cause instanceof TooLarge ? `gave more than ${options.maxAnswerBytes} bytes` : 'broke off its answer',
      cause,
    );
  }
  if (!response.ok) throw refusal(response, messageOf(text, token), engine);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fail('gave an answer that is no JSON', cause);
  }
}

class TooLarge extends Error {}

async function boundedText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

/** As OpenAI, vLLM and Google have it, or as proxies do. */
const problemSchema = z.object({
  error: z.union([z.string(), z.object({ message: z.string().optional() })]).optional(),
  message: z.string().optional(),
  detail: z.string().optional(),
});

/** What it says went wrong, in one short line without what it may have echoed: our token, the image. */
function messageOf(text: string, token: string | null): string {
  let said: string;
  try {
    const { error, message, detail } = problemSchema.parse(JSON.parse(text));
    said = (typeof error === 'object' ? error.message : error) ?? message ?? detail ?? '';
  } catch (_anotherShape) {
    said = text.startsWith('<') ? '' : text;
  }
  const clean = (token === null ? said.slice(0, 4000) : said.slice(0, 4000).replaceAll(token, '…'))
    .replace(/data:[\w/+.-]+;base64,\S*/g, '…')
    .replace(/[\w+/=-]{64,}/g, '…')
    .replace(/\bBearer\s+\S+/gi, 'Bearer …')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > MAX_MESSAGE ? `${clean.slice(0, MAX_MESSAGE)}…` : clean;
}

const TOO_LARGE =
  /too (?:large|many pixels|big)|maximum (?:model|context|image|input)|exceeds .{0,40}(?:length|size|limit)/i;

function refusal(response: Response, said: string, engine: string): RectoError {
  const { status } = response;
  const why = said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
  const after = retryAfter(response.headers.get('retry-after'));
  if (status === 429 || (status === 503 && after !== null))
    return new RectoError('overloaded', `The OCR engine ${engine} is at its limits (${why}).`, {
      retryAfter: after ?? DEFAULT_RETRY_SECONDS,
    });
  if (status === 401 || status === 403 || status === 404)
    return new RectoError(
      'dependency_unavailable',
      `The OCR engine ${engine} refuses us (${why}); check its URL, token and model.`,
    );
  if (status >= 500 || status === 408)
    return new RectoError('dependency_unavailable', `The OCR engine ${engine} failed (${why}).`);
  if (status === 413 || TOO_LARGE.test(said))
    return new RectoError('too_many_pixels', `The page is too large for the OCR engine ${engine} (${why}).`);
  return new RectoError('invalid_request', `The OCR engine ${engine} did not take the page (${why}).`);
}

/** Seconds from now; the header has them, or a date (RFC 9110 10.2.3). */
function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(MAX_RETRY_SECONDS, Math.max(1, Math.ceil(seconds))) : null;
}
