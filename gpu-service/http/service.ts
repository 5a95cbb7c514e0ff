import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { RectoError, toRectoError } from '../../shared/domain/errors.ts';
import { OCR_FRAME_TYPE, type OcrAnswer, parseOcrFrame } from '../../shared/domain/ocr-wire.ts';
import type { ServiceConfig } from '../config.ts';
import { checkPixels } from '../ocr/decode.ts';
import { readImageHeader } from '../ocr/image-header.ts';
import { DEFAULT_READER, isReaderId, READER_IDS, type ReaderId, readerFiles } from '../ocr/models.ts';
import type { PageJob, WorkerPool } from '../workers/worker-pool.ts';
import { readBody } from './body.ts';
import type { ServiceMetrics } from './metrics.ts';

export const ENGINE = 'recto-ppocr';

export interface ServiceParts {
  config: Pick<ServiceConfig, 'maxBodyBytes' | 'maxPixels'>;
  pool: WorkerPool;
  metrics: ServiceMetrics;
  log: (level: 'info' | 'error', message: string, fields?: Record<string, unknown>) => void;
  /** True from SIGTERM on: nothing new is taken in. */
  draining: () => boolean;
}

/** `POST /v1/ocr`, `GET /v1/models`, `/healthz`, `/readyz`, `/metrics`. Errors are RFC 9457 problems. */
export function createService(parts: ServiceParts): Server {
  const server = createServer((request, response) => {
    handle(parts, request, response).catch((thrown: unknown) => sendProblem(parts, response, toRectoError(thrown)));
  });
  server.requestTimeout = 120_000;
  server.headersTimeout = 20_000;
  return server;
}

async function handle(parts: ServiceParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://service').pathname;
  const route = `${request.method} ${path}`;
  if (route === 'POST /v1/ocr') return ocr(parts, request, response);
  if (route === 'GET /healthz') return sendJson(response, 200, { status: 'ok' });
  if (route === 'GET /readyz') {
    const ready = parts.pool.ready && !parts.draining();
    return sendJson(response, ready ? 200 : 503, { ready, draining: parts.draining() });
  }
  if (route === 'GET /v1/models')
    return sendJson(response, 200, {
      default: DEFAULT_READER,
      models: READER_IDS.map((name) => ({ name, version: readerFiles(name).version })),
    });
  if (route === 'GET /metrics') {
    response.writeHead(200, { 'content-type': parts.metrics.registry.contentType });
    response.end(await parts.metrics.registry.metrics());
    return;
  }
  throw new RectoError('not_found', `There is nothing at ${route}; POST /v1/ocr reads pages.`);
}

async function ocr(parts: ServiceParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (parts.draining())
    throw new RectoError('dependency_unavailable', 'The OCR service is shutting down; try another instance.', {
      retryAfter: 1,
    });
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const jobs = parsePages(request, await readBody(request, parts.config.maxBodyBytes));
  for (const job of jobs) checkPixels(readImageHeader(job.image), parts.config.maxPixels);
  try {
    const answers = await parts.pool.run(jobs, gone.signal);
    for (const answer of answers) {
      parts.metrics.pages.inc({ outcome: 'read' });
      parts.metrics.pageSeconds.observe(answer.seconds);
    }
    const body: OcrAnswer = {
      pages: answers.map((answer) => answer.page),
      engine: ENGINE,
      model: answers[0]?.model ?? '',
    };
    sendJson(response, 200, body);
  } catch (thrown) {
    parts.metrics.pages.inc({ outcome: toRectoError(thrown).code }, jobs.length);
    throw thrown;
  }
}

/** A frame of pages, or one image as the body with `?dpi=` and `?model=`. */
function parsePages(request: IncomingMessage, body: Uint8Array): PageJob[] {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('image/')) {
    const query = new URL(request.url ?? '/', 'http://service').searchParams;
    const dpi = Number(query.get('dpi') ?? 200);
    if (!(dpi > 0)) throw new RectoError('invalid_request', 'The dpi must be a number above 0.');
    return [{ number: 1, dpi, image: body, model: modelNamed(query.get('model')) }];
  }
  if (type !== OCR_FRAME_TYPE)
    throw new RectoError(
      'unsupported_media_type',
      `Send one image (image/png, …) or a frame of pages (${OCR_FRAME_TYPE}).`,
    );
  const frame = parseOcrFrame(body);
  if (frame === null)
    throw new RectoError('invalid_request', 'The body is not a frame of pages: length, JSON header, then the images.');
  const model = modelNamed(frame.header.model);
  return frame.header.pages.map((page, index) => ({
    number: page.number,
    dpi: page.dpi,
    image: frame.images[index] ?? new Uint8Array(),
    model,
  }));
}

function modelNamed(name: string | null): ReaderId {
  const wanted = name ?? DEFAULT_READER;
  if (isReaderId(wanted)) return wanted;
  throw new RectoError('invalid_request', `There is no OCR model "${wanted}"; use one of ${READER_IDS.join(', ')}.`);
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function sendProblem(parts: ServiceParts, response: ServerResponse, error: RectoError): void {
  if (error.code === 'internal')
    parts.log('error', 'ocr: a request failed', {
      error: String(error.cause instanceof Error ? error.cause.stack : error.cause),
    });
  // A full queue is the caller's cue to slow down, not a failure of the service.
  const status = error.code === 'overloaded' ? 429 : error.status;
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (error.retryAfter !== undefined) headers['retry-after'] = String(error.retryAfter);
  if (error.code === 'body_too_large') headers.connection = 'close';
  sendJson(
    response,
    status,
    { title: error.code, status, code: error.code, detail: error.message, details: error.details },
    headers,
  );
}
