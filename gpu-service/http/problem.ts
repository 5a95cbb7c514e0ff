import type { ServerResponse } from 'node:http';
import { ERROR_CODES, type RectoError } from '../../shared/domain/errors.ts';

/** Once; nothing when an answer is under way already or the caller has gone. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** RFC 9457. */
export function sendProblem(response: ServerResponse, error: RectoError): void {
  // A full queue is the caller's cue to slow down, not a failure of the service.
  const status = error.code === 'overloaded' ? 429 : error.status;
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (error.retryAfter !== undefined) headers['retry-after'] = String(error.retryAfter);
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  // The rest of the body is not read; of HTTP/2 only the stream ends with it.
  if (!response.req.complete && response.req.httpVersionMajor < 2) headers.connection = 'close';
  const { code, message: detail, details } = error;
  sendJson(response, status, { title: ERROR_CODES[code].title, status, code, detail, details }, headers);
}
