import type { SQLInputValue } from 'node:sqlite';
import { RectoError } from '../../domain/errors.ts';
import { columnOf, columnValue, type Table } from './document-store-tables.ts';

interface Key {
  table: Table;
  tenant: string;
  id: string;
}
/** A record that a transaction read: the version it had, null when it was absent. */
export interface Read extends Key {
  version: number | null;
}
export interface Write extends Key {
  kind: 'create' | 'put' | 'delete';
  json: string;
  /** Of the indexed fields, in the table's order; null for a delete. */
  columns: readonly SQLInputValue[] | null;
  expiresAt: SQLInputValue;
}

/** The columns that go with parsed data. */
export function columnsOf(table: Table, data: object): { columns: SQLInputValue[]; expiresAt: SQLInputValue } {
  const fields = new Map(Object.entries(data));
  const value = (field: string): SQLInputValue => columnValue(table.collection, field, fields.get(field));
  return { columns: table.fields.map(value), expiresAt: table.ttlField === null ? null : value(table.ttlField) };
}

/** Verifies and applies a transaction's reads and writes; synchronous, inside a SQLite transaction. */
export function createWriter(now: () => number) {
  let lastVersion = 0;
  /** Never gives a recreated record the version that a deleted one had. */
  const freshVersion = (): number => {
    lastVersion = Math.max(lastVersion + 1, Date.now() * 1000);
    return lastVersion;
  };

  const live = (key: Key) => {
    const row = key.table.head.get(key.tenant, key.id);
    const expired = row !== undefined && row.expires_at !== null && Number(row.expires_at) <= now();
    return { row, version: row === undefined || expired ? null : Number(row.version) };
  };

  function verify(reads: readonly Read[]): boolean {
    return reads.every((read) => live(read).version === read.version);
  }

  function write(entry: Write): void {
    const { table } = entry;
    const { row } = live(entry);
    const rowid = row?.rowid ?? null;
    if (entry.columns === null) {
      if (rowid !== null) table.remove.run(rowid);
      return;
    }
    const { columns, expiresAt } = entry;
    if (row === undefined) {
      table.insert.run(entry.tenant, entry.id, freshVersion(), expiresAt, entry.json, ...columns);
      return;
    }
    const changed: string[] = [];
    const values: SQLInputValue[] = [];
    const compare = (column: string, stored: unknown, next: SQLInputValue): void => {
      if (stored === next) return;
      changed.push(column);
      values.push(next);
    };
    compare('expires_at', row.expires_at, expiresAt);
    for (const [i, field] of table.fields.entries()) compare(columnOf(field), row[`f_${field}`], columns[i] ?? null);
    table.update(changed).run(Number(row.version) + 1, entry.json, ...values, rowid);
  }

  return {
    verify,
    /** False, with nothing written, when a record read has changed since. Throws `already_exists` before anything is written. */
    apply(reads: readonly Read[], writes: readonly Write[]): boolean {
      if (!verify(reads)) return false;
      const deleted = writes.filter((entry) => entry.kind === 'delete');
      const goesFirst = (entry: Write) =>
        deleted.some((other) => other.table === entry.table && other.tenant === entry.tenant && other.id === entry.id);
      for (const entry of writes)
        if (entry.kind === 'create' && live(entry).version !== null && !goesFirst(entry))
          throw new RectoError('already_exists', `There is a record ${entry.id} in ${entry.table.collection} already.`);
      for (const entry of writes) write(entry);
      return true;
    },
  };
}
