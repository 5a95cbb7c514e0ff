import type { DatabaseSync } from 'node:sqlite';
import type { CollectionDef } from '../../domain/collection.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore, Query, RecordRef, Stored, StoreWrites, Transaction } from '../../ports/document-store.ts';
import { checkRecordId, checkRecordSize, checkTransactionWrites } from '../support/limits.ts';
import { recordOwner } from '../support/record-owner.ts';
import { createQueries } from './document-store-query.ts';
import { openTable, type Table } from './document-store-tables.ts';
import { columnsOf, createWriter, type Read, type Write } from './document-store-writes.ts';
import { inTransaction } from './sqlite.ts';
import type { CommitQueue } from './sqlite-commits.ts';

const MAX_TRIES = 10;
/** After so many conflicts a transaction queues up behind others that conflicted, instead of racing them. */
const RACING_TRIES = 2;

export interface EmbeddedDocumentStore {
  forTenant(tenantId: string): DocumentStore;
  system(): DocumentStore;
  /** Deletes what has expired, at most `limit` records a collection; the count. Expired records are absent before that. */
  sweepExpired(limit?: number): number;
}

/**
 * DocumentStore on SQLite: a table a collection, optimistic transactions whose reads are verified and whose writes are
 * applied in one SQLite transaction, shared by all commits of the moment. `collections` are opened at once, others when first used.
 */
export function createDocumentStore(params: {
  db: DatabaseSync;
  commits: CommitQueue;
  clock: Clock;
  collections: readonly CollectionDef<never>[] | readonly CollectionDef<unknown>[];
}): EmbeddedDocumentStore {
  const { db, commits, clock } = params;
  const tables = new Map<string, Table>();
  const queries = createQueries(db);
  const writer = createWriter(() => clock.now());
  /** Transactions that conflicted repeatedly, one after another. */
  let turn: Promise<unknown> = Promise.resolve();

  function tableOf<T>(def: CollectionDef<T>): Table {
    let table = tables.get(def.name);
    if (table === undefined) {
      table = openTable(db, def);
      tables.set(def.name, table);
    }
    return table;
  }
  for (const def of params.collections) tableOf(def);

  function bound(tenant: string | null): DocumentStore {
    const { tenantOf, foreign } = recordOwner(tenant);

    function get<T>(def: CollectionDef<T>, ref: RecordRef): Stored<T> | null {
      if (foreign(ref)) return null;
      const owner = tenantOf(def, ref);
      const row = tableOf(def).select.get(owner, ref.id);
      if (row === undefined || (row.expires_at !== null && Number(row.expires_at) <= clock.now())) return null;
      const data: T = JSON.parse(String(row.data));
      return { id: ref.id, tenantId: owner, version: Number(row.version), data };
    }

    function query<T>(def: CollectionDef<T>, asked: Query): { records: Stored<T>[]; nextCursor: string | null } {
      const { rows, nextCursor } = queries.rows(tableOf(def), tenant, asked, clock.now());
      const records = rows.map((row): Stored<T> => {
        const data: T = JSON.parse(row.data);
        return { id: row.id, tenantId: row.tenant, version: row.version, data };
      });
      return { records, nextCursor };
    }

    function toWrite<T>(def: CollectionDef<T>, ref: RecordRef, kind: Write['kind'], data?: T): Write {
      if (foreign(ref))
        throw new RectoError('internal', `The store of ${tenant} does not write records of ${ref.tenantId}.`);
      checkRecordId(def.name, ref.id);
      const table = tableOf(def);
      const key = { table, tenant: tenantOf(def, ref), id: ref.id };
      if (kind === 'delete') return { ...key, kind, json: '', columns: null, expiresAt: null };
      const parsed = def.schema.safeParse(data);
      if (!parsed.success) {
        const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
        throw new RectoError('internal', `The record ${ref.id} does not fit the schema of ${def.name} (${where}).`);
      }
      const json = JSON.stringify(parsed.data);
      checkRecordSize(def.name, ref.id, json);
      return { ...key, kind, json, ...columnsOf(table, Object(parsed.data)) };
    }

    async function writeOne(write: Write): Promise<void> {
      await commits.run(() => writer.apply([], [write]));
    }

    async function attempt<R>(fn: (tx: Transaction) => Promise<R>): Promise<{ committed: boolean; result: R }> {
      const reads: Read[] = [];
      const writes: Write[] = [];
      const seen = <T>(def: CollectionDef<T>, owner: string, id: string, version: number | null): void => {
        reads.push({ table: tableOf(def), tenant: owner, id, version });
      };
      const result = await fn({
        get: async (def, ref) => {
          const found = get(def, ref);
          if (!foreign(ref)) seen(def, tenantOf(def, ref), ref.id, found?.version ?? null);
          return found;
        },
        query: async (def, asked) => {
          const { records } = query(def, asked);
          for (const record of records) seen(def, record.tenantId, record.id, record.version);
          return records;
        },
        create: (def, ref, data) => void writes.push(toWrite(def, ref, 'create', data)),
        put: (def, ref, data) => void writes.push(toWrite(def, ref, 'put', data)),
        delete: (def, ref) => void writes.push(toWrite(def, ref, 'delete')),
      });
      checkTransactionWrites(writes.length);
      if (writes.length === 0) return { committed: writer.verify(reads), result };
      return { committed: await commits.run(() => writer.apply(reads, writes)), result };
    }

    async function transaction<R>(fn: (tx: Transaction) => Promise<R>): Promise<R> {
      for (let tries = 1; tries <= MAX_TRIES; tries++) {
        const run = () => attempt(fn);
        let outcome: { committed: boolean; result: R };
        if (tries <= RACING_TRIES) outcome = await run();
        else {
          const mine = turn.then(run);
          turn = mine.catch(() => undefined);
          outcome = await mine;
        }
        if (outcome.committed) return outcome.result;
      }
      throw new RectoError('contention', 'Too many writers change the same records at once. Try again shortly.', {
        retryAfter: 1,
      });
    }

    const writes = {
      create: (def, ref, data) => writeOne(toWrite(def, ref, 'create', data)),
      put: (def, ref, data) => writeOne(toWrite(def, ref, 'put', data)),
      delete: (def, ref) => writeOne(toWrite(def, ref, 'delete')),
    } satisfies Pick<DocumentStore, keyof StoreWrites>;
    return {
      get: async (def, ref) => get(def, ref),
      create: async (def, ref, data) => writes.create(def, ref, data),
      put: async (def, ref, data) => writes.put(def, ref, data),
      delete: async (def, ref) => writes.delete(def, ref),
      query: async (def, asked) => query(def, asked),
      count: async (def, asked) => queries.count(tableOf(def), tenant, asked.where ?? [], clock.now()),
      transaction,
    };
  }

  return {
    forTenant: (tenantId) => bound(tenantId),
    system: () => bound(null),
    sweepExpired: (limit = 1000) => {
      let swept = 0;
      for (const table of tables.values()) {
        if (table.ttlField === null) continue;
        const sweep = db.prepare(
          `DELETE FROM ${table.sqlName} WHERE rowid IN (SELECT rowid FROM ${table.sqlName} WHERE expires_at IS NOT NULL AND expires_at <= ? LIMIT ?)`,
        );
        swept += inTransaction(db, () => Number(sweep.run(clock.now(), limit).changes));
      }
      return swept;
    },
  };
}
