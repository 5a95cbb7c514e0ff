import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CollectionDef } from '../../domain/collection.ts';
import { RectoError } from '../../domain/errors.ts';
import { type ScopedIndex, scopedIndexes, TENANT_FIELD } from '../support/query-plan.ts';
import { inTransaction } from './sqlite.ts';

export interface PhysicalIndex extends ScopedIndex {
  name: string;
}

/** A collection's table: one column a field that some index names, beside the JSON of the whole record. */
export interface Table {
  collection: string;
  sqlName: string;
  fields: readonly string[];
  indexes: readonly PhysicalIndex[];
  ttlField: string | null;
  select: StatementSync;
  /** Row id, version, expiry and indexed fields of a key. */
  head: StatementSync;
  insert: StatementSync;
  remove: StatementSync;
  /** Updates by row id, writing only the columns that changed, so that only their indexes are touched. */
  update(changed: readonly string[]): StatementSync;
}

export const quote = (name: string): string => `"${name}"`;
export const columnOf = (field: string): string => (field === TENANT_FIELD ? 'tenant' : quote(`f_${field}`));

/** Values as SQLite compares them; null for what is absent. */
export function columnValue(collection: string, field: string, value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new RectoError('internal', `The field ${field} of ${collection} is indexed but holds neither text nor number.`);
}

function physicalIndexes<T>(def: CollectionDef<T>): PhysicalIndex[] {
  return scopedIndexes(def.indexes).map((index) => {
    const scope = index.scope === 'tenant' ? 't' : 's';
    return { ...index, name: `i_${def.name}_${scope}_${index.fields.join('_')}` };
  });
}

function indexColumns(index: PhysicalIndex): string {
  const columns = index.fields.map(columnOf);
  if (index.scope === 'tenant') columns.unshift('tenant');
  else if (!index.fields.includes(TENANT_FIELD)) columns.push('tenant');
  return [...columns, 'id'].join(', ');
}

/**
 * Makes the table fit its definition: creates it, adds and fills columns that a new index needs, creates indexes, drops
 * those no longer defined. Nothing is written when it fits already.
 */
function adaptTable<T>(
  db: DatabaseSync,
  def: CollectionDef<T>,
  fields: readonly string[],
  indexes: readonly PhysicalIndex[],
) {
  const table = `c_${def.name}`;
  const columns = new Set(
    db
      .prepare(`PRAGMA table_info(${quote(table)})`)
      .all()
      .map((row) => String(row.name)),
  );
  const present = new Set(
    db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND name LIKE 'i\\_%' ESCAPE '\\'")
      .all(table)
      .map((row) => String(row.name)),
  );
  const ddl: string[] = [];
  const wanted = fields.map((field) => `f_${field}`);
  if (columns.size === 0) {
    const extra = wanted.map((column) => `${quote(column)} ANY`);
    // The JSON comes last: the columns before it are read without following its overflow pages.
    ddl.push(
      `CREATE TABLE ${quote(table)} (${['tenant TEXT NOT NULL', 'id TEXT NOT NULL', 'version INTEGER NOT NULL', 'expires_at INTEGER', ...extra, 'data TEXT NOT NULL', 'PRIMARY KEY (tenant, id)'].join(', ')}) STRICT`,
    );
  } else {
    for (const field of fields) {
      if (columns.has(`f_${field}`)) continue;
      ddl.push(`ALTER TABLE ${quote(table)} ADD COLUMN ${columnOf(field)} ANY`);
      ddl.push(`UPDATE ${quote(table)} SET ${columnOf(field)} = json_extract(data, '$.${field}')`);
    }
  }
  const unused = [...columns].filter((column) => column.startsWith('f_') && !wanted.includes(column));
  const expected = new Map(indexes.map((index) => [index.name, indexColumns(index)]));
  if (def.ttlField !== undefined) expected.set(`i_${def.name}_expiry`, 'expires_at');
  for (const name of present) if (!expected.has(name)) ddl.push(`DROP INDEX ${quote(name)}`);
  // Left behind, it would be out of date should an index need it again.
  for (const column of unused) ddl.push(`ALTER TABLE ${quote(table)} DROP COLUMN ${quote(column)}`);
  for (const [name, on] of expected) {
    const partial = name.endsWith('_expiry') ? ' WHERE expires_at IS NOT NULL' : '';
    if (!present.has(name)) ddl.push(`CREATE INDEX ${quote(name)} ON ${quote(table)} (${on})${partial}`);
  }
  if (ddl.length > 0) inTransaction(db, () => db.exec(ddl.join(';\n')));
}

/** Opens the collection's table, creating or extending it as its definition asks. */
export function openTable<T>(db: DatabaseSync, def: CollectionDef<T>): Table {
  const names = [def.name, ...def.indexes.flatMap((index) => index.fields)];
  for (const name of names)
    if (!/^[A-Za-z][A-Za-z0-9]{0,59}$/.test(name))
      throw new RectoError('internal', `"${name}" cannot name a collection or an indexed field.`);
  const fields = [...new Set(def.indexes.flatMap((index) => index.fields))].filter((field) => field !== TENANT_FIELD);
  const indexes = physicalIndexes(def);
  adaptTable(db, def, fields, indexes);

  const table = quote(`c_${def.name}`);
  const columns = fields.map(columnOf);
  const updates = new Map<string, StatementSync>();
  return {
    collection: def.name,
    sqlName: table,
    fields,
    indexes,
    ttlField: def.ttlField ?? null,
    select: db.prepare(`SELECT version, expires_at, data FROM ${table} WHERE tenant = ? AND id = ?`),
    head: db.prepare(
      `SELECT ${['rowid', 'version', 'expires_at', ...columns].join(', ')} FROM ${table} WHERE tenant = ? AND id = ?`,
    ),
    insert: db.prepare(
      `INSERT INTO ${table} (${['tenant', 'id', 'version', 'expires_at', 'data', ...columns].join(', ')}) VALUES (${Array(
        columns.length + 5,
      )
        .fill('?')
        .join(', ')})`,
    ),
    remove: db.prepare(`DELETE FROM ${table} WHERE rowid = ?`),
    update: (changed) => {
      const key = changed.join();
      let statement = updates.get(key);
      if (statement === undefined) {
        const set = ['version', 'data', ...changed].map((column) => `${column} = ?`).join(', ');
        statement = db.prepare(`UPDATE ${table} SET ${set} WHERE rowid = ?`);
        updates.set(key, statement);
      }
      return statement;
    },
  };
}
