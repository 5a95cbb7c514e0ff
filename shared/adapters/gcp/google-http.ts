import { RectoError } from '../../domain/errors.ts';
import { errorFromAnswer, GoogleApiError } from './google-errors.ts';

/** Gives the credentials of a request as headers; none towards an emulator that takes none. */
export type Authorize = () => Promise<Readonly<Record<string, string>>>;

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  /** Sent as JSON. */
  json?: unknown;
  body?: Uint8Array<ArrayBuffer>;
  headers?: Readonly<Record<string, string>>;
  /** Of one try. Default 30 s. */
  timeoutMs?: number;
  /** Default 5. 1 where a second try could do harm. */
  maxTries?: number;
  signal?: AbortSignal | undefined;
  /** Statuses that are answers here, beside 2xx. */
  accept?: readonly number[];
  redirect?: RequestInit['redirect'];
  /** Called before each further try: what failed may have been carried out. */
  onRetry?: (error: GoogleApiError) => void;
}

/** Requests to one Google API, with credentials, a timeout a try, and capped full jitter between tries. */
export interface GoogleApi {
  readonly service: string;
  /** The answer with its body unread; the caller reads or cancels it. Throws `GoogleApiError`. */
  send(request: ApiRequest): Promise<Response>;
  /** The answer's JSON; undefined when it has no body. */
  json(request: ApiRequest): Promise<unknown>;
}

export interface GoogleApiOptions {
  /** As people call it. */
  service: string;
  authorize: Authorize;
  /** Waits between tries. Not the platform's clock: tests that move time do not move the network. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  random?: () => number;
}

const TIMEOUT_MS = 30_000;
const MAX_TRIES = 5;
const BASE_MS = 100;
const CAP_MS = 5_000;

export const realSleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });

/** Full jitter (AWS, "Exponential Backoff and Jitter", 2015), never less than the server asked for. Milliseconds. */
export function backoffMs(failures: number, random: () => number, retryAfter: number | null = null): number {
  const asked = Math.min((retryAfter ?? 0) * 1000, 30_000);
  return Math.max(asked, random() * Math.min(CAP_MS, BASE_MS * 2 ** failures));
}

export function createGoogleApi(options: GoogleApiOptions): GoogleApi {
  const { service, authorize } = options;
  const sleep = options.sleep ?? realSleep;
  const random = options.random ?? Math.random;

  async function attempt(request: ApiRequest): Promise<Response> {
    const { method, url, signal, json, body } = request;
    const timeout = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
    const headers: Record<string, string> = { ...(await authorize()), ...request.headers };
    if (json !== undefined) headers['content-type'] = 'application/json';
    let answer: Response;
    try {
      answer = await fetch(url, {
        method,
        headers,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body }),
        ...(request.redirect === undefined ? {} : { redirect: request.redirect }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      const status = timeout.aborted ? 'DEADLINE_EXCEEDED' : 'UNAVAILABLE';
      throw new GoogleApiError({ service, httpStatus: 0, status, message: 'no answer', cause });
    }
    if (answer.ok || request.accept?.includes(answer.status) === true) return answer;
    const retryAfter = Number(answer.headers.get('retry-after')) || null;
    const text = await answer.text().catch(() => '');
    throw errorFromAnswer(service, answer.status, text, retryAfter);
  }

  async function send(request: ApiRequest): Promise<Response> {
    const maxTries = request.maxTries ?? MAX_TRIES;
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(request);
      } catch (thrown) {
        if (!(thrown instanceof GoogleApiError) || !thrown.transient || tries >= maxTries) throw thrown;
        request.onRetry?.(thrown);
        await sleep(backoffMs(tries - 1, random, thrown.retryAfter), request.signal);
      }
    }
  }

  async function json(request: ApiRequest): Promise<unknown> {
    const maxTries = request.maxTries ?? MAX_TRIES;
    for (let tries = 1; ; tries++) {
      const answer = await send(request);
      try {
        const text = await answer.text();
        return text === '' ? undefined : JSON.parse(text);
      } catch (cause) {
        request.signal?.throwIfAborted();
        if (cause instanceof SyntaxError)
          throw new RectoError('dependency_unavailable', `${service} gave an answer that is not JSON.`, { cause });
        const error = new GoogleApiError({ service, httpStatus: 0, status: 'UNAVAILABLE', message: 'cut off', cause });
        if (tries >= maxTries) throw error;
        request.onRetry?.(error);
      }
    }
  }

  return { service, send, json };
}
