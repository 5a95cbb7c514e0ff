import { createHash } from 'node:crypto';
import { RectoError } from '../../domain/errors.ts';
import type { SearchParams } from '../../ports/search-index.ts';

/** Deeper pages are not given: whoever needs all matches narrows the query. */
export const MAX_OFFSET = 10_000;

/** A normalized number, or an amount with its currency; null for anything else. */
export function numberOf(value: string): number | null {
  const match = /^(-?\d{1,15}(?:\.\d{1,10})?)(?: [A-Z]{3})?$/.exec(value);
  return match === null ? null : Number(match[1]);
}

/** What a date filter may look like; it compares as many characters as it has: `<= 2026-03` takes in all of March. */
export const DATE_FILTER = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T.{0,40})?)?)?$/;

/** Ties a page token to its query. */
const digestOf = (tenant: string, { query, filters, documentType, mediaType }: SearchParams): string =>
  createHash('sha256')
    .update(JSON.stringify([tenant, query, filters ?? [], documentType ?? null, mediaType ?? null]))
    .digest('base64url')
    .slice(0, 12);

export const makeToken = (tenant: string, params: SearchParams, offset: number): string =>
  Buffer.from(`${offset}.${digestOf(tenant, params)}`).toString('base64url');

export function readToken(tenant: string, params: SearchParams): number {
  if (params.pageToken === undefined || params.pageToken === null) return 0;
  const match = /^(\d{1,5})\.([\w-]{12})$/.exec(Buffer.from(params.pageToken, 'base64url').toString());
  const offset = Number(match?.[1]);
  if (match === null || match[2] !== digestOf(tenant, params) || offset > MAX_OFFSET)
    throw new RectoError(
      'invalid_page_token',
      'The page token does not belong to this search. Use the nextPageToken of the same query and filters, or start without one.',
    );
  return offset;
}
