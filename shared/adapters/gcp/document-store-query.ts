import { createHash } from 'node:crypto';
import { FIRESTORE_FIELDS } from '../../domain/cloud-records.ts';
import type { CollectionDef } from '../../domain/collection.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Query, Where } from '../../ports/document-store.ts';
import { LIMITS } from '../support/limits.ts';
import { planQuery, scopedIndexes } from '../support/query-plan.ts';
import {
  allOf,
  type FirestoreDocument,
  type FirestoreFilter,
  filter,
  type StructuredQuery,
} from './firestore-client.ts';
import { type FirestoreValue, scalar, text } from './firestore-values.ts';

const OPERATORS = {
  '==': 'EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
} as const;

export interface PlannedQuery {
  query: StructuredQuery;
  /** Sort fields before the name: a record without one of them is left out. */
  sort: readonly string[];
  limit: number;
  /** Where the page ends, as the start of the next. */
  cursorAfter(document: FirestoreDocument): string;
}

type Definition<T> = Pick<CollectionDef<T>, 'name' | 'indexes'>;

function filtersOf<T>(def: Definition<T>, tenant: string | null, where: readonly Where[]): FirestoreFilter[] {
  const listed = where.filter((entry) => entry.op === 'in');
  const filters = tenant === null ? [] : [filter(FIRESTORE_FIELDS.tenant, 'EQUAL', text(tenant))];
  for (const { field, op, value } of where) {
    if (op === 'in') {
      if (listed.length > 1 || !Array.isArray(value) || value.length > LIMITS.inValues)
        throw new RectoError('internal', `A query takes one "in" filter of at most ${LIMITS.inValues} values.`);
      const values = [...new Set<string | number>(value)].map((one) => scalar(def.name, field, one));
      filters.push(filter(field, 'IN', { arrayValue: { values } }));
    } else if (value === null && op === '==') {
      filters.push({ unaryFilter: { field: { fieldPath: field }, op: 'IS_NULL' } });
    } else filters.push(filter(field, OPERATORS[op], scalar(def.name, field, value)));
  }
  return filters;
}

/** True when nothing can match: an empty list of values, which Firestore refuses. */
export const matchesNothing = (where: readonly Where[] = []): boolean =>
  where.some(({ op, value }) => op === 'in' && Array.isArray(value) && value.length === 0);

/** The query without order and limit, for counts. */
export function plannedCount<T>(def: Definition<T>, tenant: string | null, where: readonly Where[]): StructuredQuery {
  planQuery(def.name, scopedIndexes(def.indexes), tenant === null ? 'system' : 'tenant', { where });
  return { from: [{ collectionId: def.name }], ...allOf(filtersOf(def, tenant, where)) };
}

/** The query for Firestore; refused without an index that the collection declares, though an emulator would answer it. */
export function plannedQuery<T>(def: Definition<T>, tenant: string | null, query: Query): PlannedQuery {
  const limit = query.limit ?? 100;
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.queryLimit)
    throw new RectoError('internal', `A query returns 1 to ${LIMITS.queryLimit} records, not ${limit}.`);
  const scope = tenant === null ? 'system' : 'tenant';
  const where = query.where ?? [];
  const { sort, direction } = planQuery(def.name, scopedIndexes(def.indexes), scope, query);
  const shape = shapeOf(def.name, scope, query);
  const order = direction === 'asc' ? ('ASCENDING' as const) : ('DESCENDING' as const);
  const after = typeof query.cursor === 'string' ? readCursor(query.cursor, shape, sort.length + 1) : null;
  return {
    sort,
    limit,
    query: {
      from: [{ collectionId: def.name }],
      ...allOf(filtersOf(def, tenant, where)),
      orderBy: [...sort, '__name__'].map((fieldPath) => ({ field: { fieldPath }, direction: order })),
      ...(after === null ? {} : { startAt: { values: after, before: false } }),
    },
    cursorAfter: (document) => {
      const values = sort.map((field) => document.fields?.[field] ?? { nullValue: null });
      return Buffer.from(JSON.stringify([shape, ...values, { referenceValue: document.name }])).toString('base64url');
    },
  };
}

/** Identifies the query by its shape, so that a cursor is not taken to another one. */
function shapeOf(collection: string, scope: string, query: Query): string {
  const shape = [collection, scope, (query.where ?? []).map(({ field, op }) => [field, op]), query.orderBy ?? []];
  return createHash('sha256').update(JSON.stringify(shape)).digest('base64url').slice(0, 12);
}

/** One scalar with its type, as this adapter wrote it into the cursor. */
function asCursorValue(value: unknown): FirestoreValue | null {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return null;
  if ('stringValue' in value && typeof value.stringValue === 'string') return { stringValue: value.stringValue };
  if ('integerValue' in value && typeof value.integerValue === 'string' && /^-?\d{1,16}$/.test(value.integerValue))
    return { integerValue: value.integerValue };
  if ('doubleValue' in value && typeof value.doubleValue === 'number') return { doubleValue: value.doubleValue };
  if ('booleanValue' in value && typeof value.booleanValue === 'boolean') return { booleanValue: value.booleanValue };
  if ('referenceValue' in value && typeof value.referenceValue === 'string')
    return { referenceValue: value.referenceValue };
  return null;
}

function readCursor(cursor: string, shape: string, length: number): FirestoreValue[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === shape && parsed.length === length + 1) {
      const values = parsed.slice(1).map(asCursorValue);
      const last = values.at(-1);
      const whole = values.every((value) => value !== null);
      if (whole && last !== null && last !== undefined && 'referenceValue' in last)
        return values.flatMap((value) => (value === null ? [] : [value]));
    }
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  throw new RectoError(
    'invalid_page_token',
    'The page token does not belong to this list, or is damaged. Start again without it.',
  );
}

/** Between tenant and id in a document's name: sorts before everything a tenant's id may hold, so names sort by tenant, then id. */
const SEPARATOR = '!';
export const documentId = (tenant: string, id: string): string => `${tenant}${SEPARATOR}${id}`;
export function recordOf(name: string): { tenantId: string; id: string } {
  const own = name.slice(name.lastIndexOf('/') + 1);
  const at = own.indexOf(SEPARATOR);
  return { tenantId: own.slice(0, at), id: own.slice(at + 1) };
}
