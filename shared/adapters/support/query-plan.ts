import type { IndexDef } from '../../domain/collection.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Query, Where } from '../../ports/document-store.ts';

/** Names the record's tenant in indexes, filters and sort keys; not a field of the data. */
export const TENANT_FIELD = 'tenantId';

/** An index as one scope uses it: a tenant's queries, or those across tenants. */
export interface ScopedIndex {
  fields: readonly string[];
  scope: 'tenant' | 'system';
  order: NonNullable<IndexDef['order']>;
}

/** Each index of a definition, once for each scope that it serves. */
export function scopedIndexes(indexes: readonly IndexDef[]): ScopedIndex[] {
  const found: ScopedIndex[] = [];
  for (const { fields, acrossTenants, order = 'asc' } of indexes) {
    const namesTenant = fields.includes(TENANT_FIELD);
    if (!namesTenant) found.push({ fields, order, scope: 'tenant' });
    if (namesTenant || acrossTenants === true) found.push({ fields, order, scope: 'system' });
  }
  return found;
}

export interface QueryPlan<I> {
  /** Null: the records come by id. */
  index: I | null;
  /** Sort fields that are not fixed by an equality, in order; ties follow in the same direction. */
  sort: readonly string[];
  direction: 'asc' | 'desc';
}

const isEquality = (where: Where): boolean => where.op === '==' || where.op === 'in';

/** A trailing tenant only names the scope: ties are broken by tenant anyway. */
const withoutTie = (fields: readonly string[]): readonly string[] =>
  fields.at(-1) === TENANT_FIELD ? fields.slice(0, -1) : fields;

/**
 * The index that serves the query as Firestore would have it: the equalities first, in any order, then exactly the fields of
 * ranges and sort keys, in the direction that is asked for; equalities alone need but one index that begins with them.
 * `internal` when there is none: what works without one on this machine would fail in the cloud.
 */
export function planQuery<I extends ScopedIndex>(
  collection: string,
  indexes: readonly I[],
  scope: ScopedIndex['scope'],
  query: Pick<Query, 'where' | 'orderBy'>,
): QueryPlan<I> {
  const where = query.where ?? [];
  const fixed = new Set(where.filter(isEquality).map((entry) => entry.field));
  const ranges = new Set(where.filter((entry) => !isEquality(entry)).map((entry) => entry.field));
  const asked = query.orderBy ?? [...ranges].slice(0, 1).map((field) => ({ field, direction: 'asc' as const }));
  const direction = asked.some((key) => key.direction === 'desc') ? 'desc' : 'asc';
  if (direction === 'desc' && asked.some((key) => key.direction === 'asc'))
    throw new RectoError('internal', `A query of ${collection} sorts in two directions; no index does.`);
  const sort = asked.map((key) => key.field).filter((field) => !fixed.has(field));
  const along = new Set([...sort, ...ranges]);
  if (fixed.size === 0 && along.size === 0) return { index: null, sort, direction };

  let best: I | null = null;
  for (const index of indexes) {
    if (index.scope !== scope || index.fields.length < fixed.size) continue;
    if (!index.fields.slice(0, fixed.size).every((field) => fixed.has(field))) continue;
    const rest = index.fields.slice(fixed.size);
    if (!sort.every((field, i) => rest[i] === field)) continue;
    const exact = [rest, withoutTie(rest)].some(
      (fields) => fields.length === along.size && fields.every((field) => along.has(field)),
    );
    if (along.size > 0 && !exact) continue;
    if (sort.length > 0 && index.order !== 'both' && index.order !== direction) continue;
    if (best === null || index.fields.length < best.fields.length) best = index;
  }
  if (best !== null) return { index: best, sort, direction };
  const shape = JSON.stringify({ where: where.map(({ field, op }) => `${field} ${op}`), orderBy: asked, scope });
  throw new RectoError(
    'internal',
    `No index of ${collection} serves the query ${shape}. Add one to its definition in the domain's collections.`,
  );
}
