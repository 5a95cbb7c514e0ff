import { createHash } from 'node:crypto';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { RectoError } from '../../domain/errors.ts';
import type { Query, Where } from '../../ports/document-store.ts';
import { LIMITS } from '../support/limits.ts';
import { planQuery, TENANT_FIELD } from '../support/query-plan.ts';
import { columnOf, columnValue, type PhysicalIndex, quote, type Table } from './document-store-tables.ts';

export interface Row {
  id: string;
  tenant: string;
  version: number;
  data: string;
  keys: readonly SQLInputValue[];
}

interface Plan {
  index: PhysicalIndex | null;
  /** Sort columns: those asked for, then what makes the order total. */
  order: readonly string[];
  direction: 'ASC' | 'DESC';
}

function plan(table: Table, tenant: string | null, where: readonly Where[], orderBy: Query['orderBy']): Plan {
  const scope = tenant === null ? 'system' : 'tenant';
  const asked = orderBy === undefined ? { where } : { where, orderBy };
  const { index, sort, direction } = planQuery(table.collection, table.indexes, scope, asked);
  const ties = scope === 'system' && !sort.includes(TENANT_FIELD) ? ['tenant', 'id'] : ['id'];
  return { index, order: [...sort.map(columnOf), ...ties], direction: direction === 'asc' ? 'ASC' : 'DESC' };
}

/** The query once for each value of its `in` filter, if it has one. */
function disjuncts(where: readonly Where[]): Where[][] {
  const listed = where.filter((entry) => entry.op === 'in');
  const [first] = listed;
  if (first === undefined) return [[...where]];
  if (listed.length > 1 || !Array.isArray(first.value) || first.value.length > LIMITS.inValues)
    throw new RectoError('internal', `A query takes one "in" filter of at most ${LIMITS.inValues} values.`);
  const values: (string | number)[] = [...new Set<string | number>(first.value)];
  return values.map((value) =>
    where.map((entry) => (entry === first ? { field: entry.field, op: '==', value } : entry)),
  );
}

/** Identifies the query by its shape, so that a cursor is not taken to another one. */
function shapeOf(table: Table, tenant: string | null, query: Query): string {
  const shape = [
    table.collection,
    tenant === null,
    (query.where ?? []).map(({ field, op }) => [field, op]),
    query.orderBy ?? [],
  ];
  return createHash('sha256').update(JSON.stringify(shape)).digest('base64url').slice(0, 12);
}

function readCursor(cursor: string, shape: string, length: number): SQLInputValue[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === shape && parsed.length === length + 1) {
      const keys: SQLInputValue[] = [];
      for (const value of parsed.slice(1)) if (typeof value === 'string' || typeof value === 'number') keys.push(value);
      if (keys.length === length) return keys;
    }
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  throw new RectoError(
    'invalid_page_token',
    'The page token does not belong to this list, or is damaged. Start again without it.',
  );
}

const compareKeys = (a: readonly SQLInputValue[], b: readonly SQLInputValue[]): number => {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (left === right) continue;
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    // As SQLite does: numbers before text, text by bytes.
    if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1;
    return Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
  }
  return 0;
};

const SQL_OPS = { '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;

/** Queries over the tables of one database; statements are prepared once a shape. */
export function createQueries(db: DatabaseSync) {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      // Shapes are few (they are in the code), yet a bound costs nothing.
      if (statements.size > 500) statements.clear();
      statements.set(sql, statement);
    }
    return statement;
  };

  function conditions(table: Table, tenant: string | null, where: readonly Where[], now: number) {
    const clauses: string[] = [];
    const values: SQLInputValue[] = [];
    if (tenant !== null) {
      clauses.push('tenant = ?');
      values.push(tenant);
    }
    for (const { field, op, value } of where) {
      if (op === 'in') throw new RectoError('internal', 'An "in" filter must be split before it becomes SQL.');
      clauses.push(`${columnOf(field)} ${op === '==' ? 'IS' : SQL_OPS[op]} ?`);
      values.push(columnValue(table.collection, field, value));
    }
    if (table.ttlField !== null) {
      clauses.push('(expires_at IS NULL OR expires_at > ?)');
      values.push(now);
    }
    return { clauses, values };
  }

  const source = (table: Table, index: PhysicalIndex | null): string =>
    index === null ? table.sqlName : `${table.sqlName} INDEXED BY ${quote(index.name)}`;
  const filter = (clauses: readonly string[]): string =>
    clauses.length === 0 ? '' : ` WHERE ${clauses.join(' AND ')}`;

  return {
    count(table: Table, tenant: string | null, where: readonly Where[], now: number): number {
      const { index } = plan(table, tenant, where, []);
      let total = 0;
      for (const part of disjuncts(where)) {
        const { clauses, values } = conditions(table, tenant, part, now);
        const row = prepare(`SELECT count(*) AS n FROM ${source(table, index)}${filter(clauses)}`).get(...values);
        total += Number(row?.n ?? 0);
      }
      return total;
    },

    rows(table: Table, tenant: string | null, query: Query, now: number): { rows: Row[]; nextCursor: string | null } {
      const limit = query.limit ?? 100;
      if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.queryLimit)
        throw new RectoError('internal', `A query returns 1 to ${LIMITS.queryLimit} records, not ${limit}.`);
      const where = query.where ?? [];
      const { index, order, direction } = plan(table, tenant, where, query.orderBy);
      const after =
        query.cursor === undefined || query.cursor === null
          ? null
          : readCursor(query.cursor, shapeOf(table, tenant, query), order.length);
      const found: Row[] = [];
      const parts = disjuncts(where);
      for (const part of parts) {
        const { clauses, values } = conditions(table, tenant, part, now);
        // Sorting leaves out records without the field, in the cloud as well; it also keeps the row comparison below exact.
        for (const column of order) if (column !== 'id' && column !== 'tenant') clauses.push(`${column} IS NOT NULL`);
        if (after !== null) {
          clauses.push(`(${order.join(', ')}) ${direction === 'ASC' ? '>' : '<'} (${order.map(() => '?').join(', ')})`);
          values.push(...after);
        }
        const sql = `SELECT ${['version', 'data', 'tenant', 'id', ...order.map((column, i) => `${column} AS k${i}`)].join(', ')} FROM ${source(table, index)}${filter(clauses)} ORDER BY ${order.map((column) => `${column} ${direction}`).join(', ')} LIMIT ?`;
        for (const row of prepare(sql).all(...values, limit + 1))
          found.push({
            id: String(row.id),
            tenant: String(row.tenant),
            version: Number(row.version),
            data: String(row.data),
            keys: order.map((_, i) => row[`k${i}`] ?? null),
          });
      }
      if (parts.length > 1)
        found.sort((a, b) => (direction === 'ASC' ? compareKeys(a.keys, b.keys) : compareKeys(b.keys, a.keys)));
      const rows = found.slice(0, limit);
      const last = rows.at(-1);
      const nextCursor =
        found.length > limit && last !== undefined
          ? Buffer.from(JSON.stringify([shapeOf(table, tenant, query), ...last.keys])).toString('base64url')
          : null;
      return { rows, nextCursor };
    },
  };
}
