import { routePath } from 'hono/route';
import { toRectoError } from '#shared/domain/errors.ts';
import type { Services } from '../services.ts';
import type { HttpContext } from './http-context.ts';

/** One line and two metrics a request. Reads that went well are told at `debug`, faults of ours at `error` with their cause. */
export function observe(c: HttpContext, { platform }: Services, seconds: number): void {
  const { status } = c.res;
  const route = routePath(c, -1);
  const { method } = c.req;
  platform.metrics.increment('recto_http_requests_total', { method: known(method), route, status: String(status) });
  platform.metrics.observe('recto_http_request_seconds', seconds, { route });
  const failure = c.get('failure');
  const fields = {
    requestId: c.get('requestId'),
    tenantId: c.get('tenantId'),
    keyId: c.get('keyId'),
    method,
    path: pathOf(c.req.url),
    status,
    durationMs: Math.round(seconds * 1e6) / 1000,
    ...(failure === undefined ? {} : { code: toRectoError(failure).code }),
  };
  if (status === 500) platform.log.error('request failed', { ...fields, error: causeOf(failure) });
  else if (status > 500) platform.log.warn('request refused', fields);
  else if (status >= 400 || method !== 'GET') platform.log.info('request', fields);
  else platform.log.debug('request', fields);
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Label values are a bounded set, whatever callers send. */
const known = (method: string): string => (METHODS.has(method) ? method : 'other');

const causeOf = (failure: unknown): unknown =>
  failure instanceof Error && failure.cause !== undefined ? failure.cause : failure;

/** Never the query: it can hold search words and tokens. A signed URL's path is its credential. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const path = url.slice(start, url.indexOf('?', start) === -1 ? undefined : url.indexOf('?', start));
  return path.startsWith('/_objects/') ? '/_objects/…' : path.slice(0, 500);
}
