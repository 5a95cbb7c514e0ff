import { type FirestoreFields, type FirestoreValue, numberOf } from './firestore-values.ts';
import { GoogleApiError, hasStatus } from './google-errors.ts';
import type { GoogleApi } from './google-http.ts';

export interface FirestoreDocument {
  /** Full resource name. */
  name: string;
  fields?: FirestoreFields;
  updateTime: string;
}

export type Precondition = { exists: boolean } | { updateTime: string };

export type FirestoreWrite =
  | {
      update: { name: string; fields?: FirestoreFields };
      updateMask?: { fieldPaths?: string[] };
      currentDocument?: Precondition;
    }
  | { delete: string; currentDocument?: Precondition };

export type FirestoreFilter =
  | { fieldFilter: { field: { fieldPath: string }; op: string; value: FirestoreValue } }
  | { unaryFilter: { field: { fieldPath: string }; op: 'IS_NULL' } };

export interface StructuredQuery {
  from: { collectionId: string }[];
  select?: { fields: { fieldPath: string }[] };
  where?: { compositeFilter: { op: 'AND'; filters: FirestoreFilter[] } };
  orderBy?: { field: { fieldPath: string }; direction: 'ASCENDING' | 'DESCENDING' }[];
  startAt?: { values: FirestoreValue[]; before: boolean };
  limit?: number;
  findNearest?: {
    vectorField: { fieldPath: string };
    queryVector: FirestoreValue;
    distanceMeasure: 'COSINE';
    /** At most 1,000. */
    limit: number;
    distanceResultField: string;
    distanceThreshold?: number;
  };
}

/** Aggregations by alias: a count, or the sum of a field. */
export type Aggregations = Readonly<Record<string, 'count' | { sum: string }>>;

/** The calls of Firestore that the adapters need, over its REST API. Throws `GoogleApiError`. */
export interface Firestore {
  /** Full name of a document. */
  nameOf(collection: string, id: string): string;
  /** In the order of the names; null for what is absent. `fields` limits what is read. */
  getAll(names: readonly string[], fields?: readonly string[]): Promise<(FirestoreDocument | null)[]>;
  /** All or none. `ambiguous` in the error's place: an earlier try may have been carried out. */
  commit(
    writes: readonly FirestoreWrite[],
  ): Promise<{ committed: true } | { committed: false; ambiguous: boolean; error: GoogleApiError }>;
  query(query: StructuredQuery): Promise<FirestoreDocument[]>;
  aggregate(query: StructuredQuery, aggregations: Aggregations): Promise<Record<string, number>>;
}

/** As many names as one request takes well. */
const GET_BATCH = 300;

export interface FirestoreOptions {
  api: GoogleApi;
  project: string;
  database: string;
  /** Of the API or an emulator, without a slash at its end. */
  origin: string;
}

export function createFirestore({ api, project, database, origin }: FirestoreOptions): Firestore {
  const root = `projects/${project}/databases/${database}/documents`;
  const url = `${origin}/v1/${root}`;
  const list = (answer: unknown): Record<string, unknown>[] => {
    const rows: Record<string, unknown>[] = Array.isArray(answer) ? answer : [];
    // An error in the middle of a stream comes as a row of it.
    for (const row of rows)
      if (row.error !== undefined)
        throw new GoogleApiError({
          service: api.service,
          httpStatus: 200,
          status: 'UNAVAILABLE',
          message: JSON.stringify(row.error).slice(0, 500),
        });
    return rows;
  };

  return {
    nameOf: (collection, id) => `${root}/${collection}/${id}`,

    getAll: async (names, fields) => {
      const found = new Map<string, FirestoreDocument>();
      for (let at = 0; at < names.length; at += GET_BATCH) {
        const documents = names.slice(at, at + GET_BATCH);
        const mask = fields === undefined ? {} : { mask: { fieldPaths: [...fields] } };
        const answer = await api.json({ method: 'POST', url: `${url}:batchGet`, json: { documents, ...mask } });
        for (const row of list(answer)) {
          const document = asDocument(row.found);
          if (document !== null) found.set(document.name, document);
        }
      }
      return names.map((name) => found.get(name) ?? null);
    },

    commit: async (writes) => {
      let ambiguous = false;
      try {
        await api.json({
          method: 'POST',
          url: `${url}:commit`,
          json: { writes },
          onRetry: (error) => {
            ambiguous ||= error.ambiguous;
          },
        });
        return { committed: true };
      } catch (thrown) {
        if (hasStatus(thrown, 'ABORTED', 'ALREADY_EXISTS', 'FAILED_PRECONDITION', 'NOT_FOUND'))
          return { committed: false, ambiguous, error: thrown };
        throw thrown;
      }
    },

    query: async (structuredQuery) => {
      const answer = await api.json({ method: 'POST', url: `${url}:runQuery`, json: { structuredQuery } });
      return list(answer).flatMap((row) => asDocument(row.document) ?? []);
    },

    aggregate: async (structuredQuery, wanted) => {
      const aggregations = Object.entries(wanted).map(([alias, what]) => ({
        alias,
        ...(what === 'count' ? { count: {} } : { sum: { field: { fieldPath: what.sum } } }),
      }));
      const json = { structuredAggregationQuery: { structuredQuery, aggregations } };
      const answer = await api.json({ method: 'POST', url: `${url}:runAggregationQuery`, json });
      const totals: Record<string, number> = {};
      for (const row of list(answer)) {
        const result: { aggregateFields?: FirestoreFields } = Object(row.result);
        for (const [alias, value] of Object.entries(result.aggregateFields ?? {})) totals[alias] = numberOf(value);
      }
      return totals;
    },
  };
}

function asDocument(value: unknown): FirestoreDocument | null {
  if (typeof value !== 'object' || value === null) return null;
  const { name, fields, updateTime }: { name?: string; fields?: FirestoreFields; updateTime?: string } = value;
  return { name: name ?? '', fields: fields ?? {}, updateTime: updateTime ?? '' };
}

export const filter = (fieldPath: string, op: string, value: FirestoreValue): FirestoreFilter => ({
  fieldFilter: { field: { fieldPath }, op, value },
});
export const allOf = (filters: FirestoreFilter[]): Pick<StructuredQuery, 'where'> =>
  filters.length === 0 ? {} : { where: { compositeFilter: { op: 'AND', filters } } };
