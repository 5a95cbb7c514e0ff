import type { CollectionDef } from '../../domain/collection.ts';
import { RectoError } from '../../domain/errors.ts';
import type { DocumentStore, Stored, Where } from '../../ports/document-store.ts';

export interface PageParams {
  /** 1 to 200. */
  pageSize: number;
  pageToken?: string | null | undefined;
}

export interface Listed<T> {
  items: T[];
  /** Null after the last page. */
  nextPageToken: string | null;
}

/** One page of a collection, newest first by `newestBy`. A token belongs to the query that gave it. */
export async function listPage<T, R>(
  store: DocumentStore,
  params: PageParams & {
    collection: CollectionDef<T>;
    where?: readonly Where[];
    newestBy: keyof T & string;
    view: (record: Stored<T>) => R;
  },
): Promise<Listed<R>> {
  const page = await store.query(params.collection, {
    where: params.where ?? [],
    orderBy: [{ field: params.newestBy, direction: 'desc' }],
    limit: params.pageSize,
    cursor: params.pageToken ?? null,
  });
  return { items: page.records.map(params.view), nextPageToken: page.nextCursor };
}

/** Equality filters from optional values. */
export function equals(filters: Readonly<Record<string, string | number | boolean | null | undefined>>): Where[] {
  return Object.entries(filters).flatMap(([field, value]) =>
    value === undefined ? [] : [{ field, op: '==' as const, value }],
  );
}

/** Lists filter along one index: `invalid_request` when more than one filter is given. */
export function atMostOne(filters: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(filters).filter((name) => filters[name] !== undefined);
  if (given.length > 1)
    throw new RectoError('invalid_request', `${given.join(' and ')} cannot be combined; give one of them.`);
}
