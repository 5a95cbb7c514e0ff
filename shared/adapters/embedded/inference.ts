import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, RectoError } from '../../domain/errors.ts';
import { ocrComparisonSchema, ocrModelsSchema } from '../../domain/ocr-models.ts';
import { OCR_FRAME_TYPE, ocrAnswerSchema, ocrFrame } from '../../domain/ocr-wire.ts';
import type { Inference } from '../../ports/inference.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { ServiceProcess } from './service-process.ts';

export interface InferenceOptions {
  /** Base URL of a service that runs elsewhere, or the process that we run ourselves. */
  service: string | ServiceProcess;
  /** What the service wants to see in `Authorization`, or what gives it; null: nothing. */
  authorization?: string | null | (() => Promise<string | null>);
  log: Logger;
  metrics: Metrics;
  /** Of one call. Default 180 s. */
  timeoutMs?: number;
  /** How requests are sent; default: `fetch`. */
  send?: SendRequest;
}

/** As `fetch`; what it throws beside `RectoError` means that the service cannot be reached. */
export type SendRequest = (url: string, init: RequestInit) => Promise<Response>;

const READY_TIMEOUT_MS = 3_000;
/** Without a Retry-After of the service. */
const DEFAULT_RETRY_SECONDS = 2;

/** OCR over HTTP, by `gpu-service`. */
export function createInference(options: InferenceOptions): Inference {
  const { service, log, metrics } = options;
  const timeoutMs = options.timeoutMs ?? 180_000;
  const send = options.send ?? fetch;
  const withUrl = <T>(fn: (url: string) => Promise<T>): Promise<T> =>
    typeof service === 'string' ? fn(service.replace(/\/$/, '')) : service.use(fn);

  const authorized = async (): Promise<Record<string, string>> => {
    const { authorization } = options;
    const shown = typeof authorization === 'function' ? await authorization() : authorization;
    return typeof shown === 'string' ? { authorization: shown } : {};
  };

  return {
    ocr: async ({ pages, model, cacheScope, signal }) => {
      const frame = ocrFrame(
        {
          model: model ?? null,
          pages: pages.map(({ number, mediaType, dpi, image }) => ({ number, mediaType, dpi, size: image.length })),
        },
        pages.map((page) => page.image),
      );
      const startedAt = performance.now();
      let outcome = 'internal';
      try {
        const caching =
          cacheScope === undefined ? { 'cache-control': 'no-store' } : { 'x-recto-cache-scope': cacheScope };
        const init = {
          method: 'POST',
          headers: { ...(await authorized()), ...caching, 'content-type': OCR_FRAME_TYPE },
          body: Buffer.concat(frame),
        };
        const answer = await withUrl((url) => ask(send, `${url}/v1/ocr`, init, ocrAnswerSchema, timeoutMs, signal));
        outcome = 'ok';
        return answer;
      } catch (thrown) {
        if (thrown instanceof RectoError) outcome = thrown.code;
        else if (signal?.aborted) outcome = 'cancelled';
        log.debug('an OCR call failed', { code: outcome, pages: pages.length });
        throw thrown;
      } finally {
        metrics.increment('recto_inference_calls_total', { outcome });
        metrics.observe('recto_inference_call_seconds', (performance.now() - startedAt) / 1000, { outcome });
      }
    },
    ready: async (signal) => {
      // A service that is down for want of work is as good as ready: the next call starts it.
      if (typeof service !== 'string' && (service.state() === 'stopped' || service.state() === 'starting')) return;
      if (typeof service !== 'string' && service.state() !== 'running')
        throw new RectoError('dependency_unavailable', 'The OCR service is down; it is started again shortly.');
      const url = typeof service === 'string' ? service.replace(/\/$/, '') : await service.url();
      const response = await request(send, `${url}/readyz`, { method: 'GET' }, READY_TIMEOUT_MS, signal);
      await response.body?.cancel();
      if (!response.ok)
        throw new RectoError('dependency_unavailable', `The OCR service is not ready (HTTP ${response.status}).`);
    },
    catalogue: {
      models: async (signal) => {
        const headers = await authorized();
        return withUrl((url) => ask(send, `${url}/v1/models`, { headers }, ocrModelsSchema, timeoutMs, signal));
      },
      compare: async ({ image, dpi, models, signal }) => {
        const query = new URLSearchParams({ models: models.join(','), dpi: String(dpi) });
        const init = {
          method: 'POST',
          headers: { ...(await authorized()), 'content-type': 'image/*' },
          body: Buffer.from(image),
        };
        return withUrl((url) =>
          ask(send, `${url}/v1/ocr/compare?${query}`, init, ocrComparisonSchema, timeoutMs, signal),
        );
      },
    },
  };
}

async function ask<T extends z.ZodType>(
  send: SendRequest,
  url: string,
  init: RequestInit,
  schema: T,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<z.output<T>> {
  const response = await request(send, url, init, timeoutMs, signal);
  if (!response.ok) throw await errorOf(response);
  let json: unknown;
  try {
    json = await response.json();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RectoError('dependency_unavailable', 'The OCR service broke off its answer.', { cause });
  }
  const answer = schema.safeParse(json);
  if (answer.success) return answer.data;
  throw new RectoError(
    'dependency_unavailable',
    'The OCR service gave an answer of another shape; is its version the same?',
    {
      cause: answer.error,
    },
  );
}

async function request(
  send: SendRequest,
  url: string,
  init: RequestInit,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await send(url, { ...init, signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
  } catch (cause) {
    if (cause instanceof RectoError) throw cause;
    signal?.throwIfAborted();
    const why = timeout.aborted ? `did not answer within ${timeoutMs} ms` : 'cannot be reached';
    throw new RectoError('dependency_unavailable', `The OCR service ${why}.`, { cause });
  }
}

const problemSchema = z.object({
  code: z.string(),
  detail: z.string().default(''),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** About one page, not about the service: kept as they are. */
const OF_THE_PAGE: readonly ErrorCode[] = ['worker_crashed', 'step_timeout'];

async function errorOf(response: Response): Promise<RectoError> {
  const problem = problemSchema.safeParse(await response.json().catch(() => null));
  const code = problem.success && isCode(problem.data.code) ? problem.data.code : null;
  const detail = problem.success ? problem.data.detail : `HTTP ${response.status}`;
  const details = problem.success && problem.data.details !== undefined ? { details: problem.data.details } : {};
  // Of the service, or of a proxy before it: no later try of the same bytes fares better.
  if (response.status === 413)
    return new RectoError(
      'too_many_pixels',
      `A page image has more bytes than the OCR service takes in a request (${detail}). Read the document at a lower resolution, or raise the limit there.`,
      details,
    );
  if (response.status === 429 || response.status === 503)
    return new RectoError('overloaded', `The OCR service is at its limits: ${detail}`, {
      retryAfter: Number(response.headers.get('retry-after')) || DEFAULT_RETRY_SECONDS,
    });
  if (code !== null && (response.status < 500 || OF_THE_PAGE.includes(code)))
    return new RectoError(code, detail, details);
  return new RectoError('dependency_unavailable', `The OCR service failed (HTTP ${response.status}): ${detail}`);
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code);
