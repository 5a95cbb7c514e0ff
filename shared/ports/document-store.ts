import type { CollectionDef } from '../domain/collection.ts';

/** A stored record. `version` grows with each write and serves as precondition; `tenantId` says whose it is. */
export interface Stored<T> {
  id: string;
  tenantId: string;
  version: number;
  data: T;
}

export type Comparison = '==' | '<' | '<=' | '>' | '>=' | 'in';

export interface Where {
  /** A top-level field of the record that an index of the collection covers. */
  field: string;
  op: Comparison;
  value: string | number | boolean | null | readonly (string | number)[];
}

export interface Query {
  where?: readonly Where[];
  /** Ties are broken by tenant and id in the direction of the last key. Default: by id ascending. */
  orderBy?: readonly { field: string; direction: 'asc' | 'desc' }[];
  /** 1 to 1,000; default 100. */
  limit?: number;
  /** `nextCursor` of an earlier answer to the same query. A malformed one gives `invalid_page_token`. */
  cursor?: string | null;
}

export interface QueryPage<T> {
  records: Stored<T>[];
  /** Null after the last page. */
  nextCursor: string | null;
}

/** Names a record. A tenant's store takes its own tenant only; the system store requires `tenantId`. */
export interface RecordRef {
  id: string;
  tenantId?: string;
}

export interface StoreWrites {
  /** Fails with `already_exists` when the id is taken by a live record. An expired record counts as absent. */
  create<T>(collection: CollectionDef<T>, ref: RecordRef, data: T): void;
  /** Creates or replaces. */
  put<T>(collection: CollectionDef<T>, ref: RecordRef, data: T): void;
  /** Absent: no effect. */
  delete<T>(collection: CollectionDef<T>, ref: RecordRef): void;
}

/**
 * Reads then writes, committed as one. Every record read must still have the version that was read when the transaction
 * commits; else the function runs again (so it has no outside effects), up to 10 times, then `contention`.
 * Reads see the store, not this transaction's own writes. At most 500 writes.
 */
export interface Transaction extends StoreWrites {
  get<T>(collection: CollectionDef<T>, ref: RecordRef): Promise<Stored<T> | null>;
  /** The query's result set is not locked against new records; only the records it returned are checked. */
  query<T>(collection: CollectionDef<T>, query: Query): Promise<Stored<T>[]>;
}

/**
 * Collections of JSON records, each belonging to one tenant. Obtained from the platform already bound: a tenant's store
 * neither reads nor writes another tenant's records (they are as absent); the system store spans tenants.
 *
 * Data is parsed by the collection's schema on every write (`internal` when the program is wrong, `record_too_large` above
 * 1,008 KiB of JSON). A resolved write is durable: it survives kill -9 and, on the embedded store, power loss.
 * Errors: `already_exists`, `contention`, `storage_full`, `record_too_large`, `invalid_page_token`.
 */
export interface DocumentStore {
  get<T>(collection: CollectionDef<T>, ref: RecordRef): Promise<Stored<T> | null>;
  create<T>(collection: CollectionDef<T>, ref: RecordRef, data: T): Promise<void>;
  put<T>(collection: CollectionDef<T>, ref: RecordRef, data: T): Promise<void>;
  delete<T>(collection: CollectionDef<T>, ref: RecordRef): Promise<void>;
  query<T>(collection: CollectionDef<T>, query: Query): Promise<QueryPage<T>>;
  count<T>(collection: CollectionDef<T>, query: Pick<Query, 'where'>): Promise<number>;
  transaction<R>(fn: (tx: Transaction) => Promise<R>): Promise<R>;
}
