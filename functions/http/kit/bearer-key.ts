import { RectoError } from '#shared/domain/errors.ts';
import type { HttpContext } from './http-context.ts';

/** The API key of the Authorization header. Never from the query: URLs end up in logs. */
export function bearerKey(c: HttpContext): string {
  const header = c.req.header('authorization');
  const match = header === undefined || header.length > 300 ? null : /^Bearer +(\S+) *$/i.exec(header);
  if (match?.[1] === undefined)
    throw new RectoError('unauthenticated', 'Send an API key as `Authorization: Bearer <key>`.');
  return match[1];
}
