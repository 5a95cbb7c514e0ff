import { cloudCollections, FIRESTORE_FIELDS, FIRESTORE_SEARCH, FIRESTORE_VECTOR } from './domain/cloud-records.ts';
import type { CollectionDef } from './domain/collection.ts';
import { SEARCH_VECTOR_DIMENSIONS } from './domain/search-vector.ts';
import { manifest } from './manifest.ts';

export type FirestoreIndexField =
  | { path: string; order: 'ASCENDING' | 'DESCENDING' }
  | { path: string; array: 'CONTAINS' }
  | { path: string; vectorDimensions: number };

/** A composite index of scope COLLECTION. Fields in their order, a vector last; `__name__` follows by itself. */
export interface FirestoreIndex {
  collection: string;
  fields: readonly FirestoreIndexField[];
}

type Definition = Pick<CollectionDef<never>, 'name' | 'indexes' | 'ttlField'>;
const { tenant: TENANT } = FIRESTORE_FIELDS;
/** Everything that is kept in Firestore as records. */
const ALL: readonly Definition[] = [...manifest.collections, ...cloudCollections];

/**
 * Ties are broken by document name, which begins with the tenant: a tenant at the end of an index adds nothing. A single
 * field has its index anyway.
 */
function indexesOf({ name, indexes }: Definition): FirestoreIndex[] {
  const found: FirestoreIndex[] = [];
  for (const { fields, acrossTenants = false, order = 'asc' } of indexes) {
    const namesTenant = fields.includes(TENANT);
    const own = fields.at(-1) === TENANT ? fields.slice(0, -1) : fields;
    for (const direction of order === 'both' ? (['asc', 'desc'] as const) : [order]) {
      const along = own.map((path) => ({
        path,
        order: direction === 'asc' ? ('ASCENDING' as const) : ('DESCENDING' as const),
      }));
      if (!namesTenant)
        found.push({ collection: name, fields: [{ path: TENANT, order: 'ASCENDING' as const }, ...along] });
      if ((namesTenant || acrossTenants) && along.length > 1) found.push({ collection: name, fields: along });
    }
  }
  return found;
}

const SEARCH_INDEXES: readonly FirestoreIndex[] = [
  ...(['terms', 'values'] as const).map((path) => ({
    collection: FIRESTORE_SEARCH.entries,
    fields: [
      { path: TENANT, order: 'ASCENDING' as const },
      { path, array: 'CONTAINS' as const },
      { path: 'createdAt', order: 'DESCENDING' as const },
    ],
  })),
  {
    collection: FIRESTORE_SEARCH.entries,
    fields: [
      { path: TENANT, order: 'ASCENDING' },
      { path: 'main', order: 'ASCENDING' },
      { path: 'createdAt', order: 'DESCENDING' },
    ],
  },
  // Its words, summed up.
  {
    collection: FIRESTORE_SEARCH.entries,
    fields: [
      { path: TENANT, order: 'ASCENDING' },
      { path: 'main', order: 'ASCENDING' },
      { path: 'length', order: 'ASCENDING' },
    ],
  },
  // A search by vector needs an index of precisely the fields that it asks for: one for each choice of them.
  ...subsets(FIRESTORE_VECTOR.filters).map((filters) => ({
    collection: FIRESTORE_SEARCH.entries,
    fields: [
      ...[TENANT, ...filters].map((path) => ({ path, order: 'ASCENDING' as const })),
      { path: FIRESTORE_VECTOR.field, vectorDimensions: SEARCH_VECTOR_DIMENSIONS },
    ],
  })),
];

/** All choices among a few names, each in their order, the empty one first. */
function subsets(names: readonly string[]): string[][] {
  const found: string[][] = [[]];
  for (const name of names) found.push(...found.map((one) => [...one, name]));
  return found;
}

/** Every composite and vector index that the queries of the platform need; the planner refuses queries without one. */
export function firestoreIndexes(definitions: readonly Definition[] = ALL): FirestoreIndex[] {
  const all = [...definitions.flatMap(indexesOf), ...SEARCH_INDEXES];
  return [...new Map(all.map((index) => [JSON.stringify(index), index])).values()];
}

/** Timestamp fields with a TTL policy. They keep their index: sweeps ask by it as well, since the policy lags by days. */
export function firestoreTtlFields(definitions: readonly Definition[] = ALL): { collection: string; path: string }[] {
  return definitions
    .filter(({ ttlField }) => ttlField !== undefined)
    .map(({ name }) => ({ collection: name, path: FIRESTORE_FIELDS.expires }));
}

/** Fields exempt from indexing: large, and never asked by. */
export function firestoreUnindexedFields(
  definitions: readonly Definition[] = ALL,
): { collection: string; path: string }[] {
  const records = definitions.flatMap(({ name }) =>
    [FIRESTORE_FIELDS.data, FIRESTORE_FIELDS.revision].map((path) => ({ collection: name, path })),
  );
  const search = ['stats', 'filename'].map((path) => ({ collection: FIRESTORE_SEARCH.entries, path }));
  return [...records, ...search, { collection: FIRESTORE_SEARCH.pages, path: 'text' }];
}
