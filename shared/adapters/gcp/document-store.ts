import { FIRESTORE_FIELDS } from '../../domain/cloud-records.ts';
import type { CollectionDef } from '../../domain/collection.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  DocumentStore,
  Query,
  QueryPage,
  RecordRef,
  Stored,
  StoreWrites,
  Transaction,
} from '../../ports/document-store.ts';
import { checkRecordId, checkRecordSize, checkTransactionWrites, exceedsBytes, LIMITS } from '../support/limits.ts';
import { recordOwner } from '../support/record-owner.ts';
import { createCommits, type Read, type Write } from './document-store-commit.ts';
import { documentId, matchesNothing, plannedCount, plannedQuery, recordOf } from './document-store-query.ts';
import { type Firestore, type FirestoreDocument, filter } from './firestore-client.ts';
import { type FirestoreFields, microsOf, scalar, text, textOf, timeOf, timestamp } from './firestore-values.ts';
import { coded } from './google-errors.ts';
import { backoffMs, realSleep } from './google-http.ts';

const MAX_TRIES = 10;
/** After so many conflicts a transaction queues up behind others of this process that conflicted, instead of racing them. */
const RACING_TRIES = 2;
const SWEEP_BATCH = 200;

export interface FirestoreDocumentStore {
  forTenant(tenantId: string): DocumentStore;
  system(): DocumentStore;
  /**
   * Deletes what has expired of the collections, at most `limit` records each; the count. The TTL policy does the same
   * within days, and an emulator never does.
   */
  sweepExpired(limit?: number): Promise<number>;
}

/**
 * DocumentStore on Firestore: a collection each, a document a record. It carries the record as JSON in one field that no
 * index covers, beside the fields that indexes name, so that what is read is what was written, to the last digit and null.
 * Names begin with the tenant. Transactions are optimistic; see `createCommits`.
 */
export function createDocumentStore(params: {
  firestore: Firestore;
  clock: Clock;
  collections: readonly Pick<CollectionDef<never>, 'name' | 'ttlField'>[];
  random?: () => number;
}): FirestoreDocumentStore {
  const { firestore, clock } = params;
  const random = params.random ?? Math.random;
  const commit = createCommits(firestore, clock);
  /** Transactions that conflicted repeatedly, one after another. */
  let turn: Promise<unknown> = Promise.resolve();

  const live = (document: FirestoreDocument): boolean => {
    const at = timeOf(document.fields?.[FIRESTORE_FIELDS.expires]);
    return at === null || at > clock.now();
  };
  function stored<T>(document: FirestoreDocument): Stored<T> {
    const data: T = JSON.parse(textOf(document.fields?.[FIRESTORE_FIELDS.data]));
    return { ...recordOf(document.name), version: microsOf(document.updateTime), data };
  }

  function bound(tenant: string | null): DocumentStore {
    const { tenantOf, foreign } = recordOwner(tenant);
    const nameOf = (def: { name: string }, ref: RecordRef): string => {
      const id = documentId(tenantOf(def, ref), ref.id);
      if (exceedsBytes(id, LIMITS.idBytes))
        throw new RectoError('limit_exceeded', `An id in ${def.name} has more than ${LIMITS.idBytes} bytes.`);
      return firestore.nameOf(def.name, id);
    };

    async function find<T>(def: CollectionDef<T>, ref: RecordRef): Promise<FirestoreDocument | null> {
      // What cannot be the id of a record is as absent as any other.
      if (!isRecordId(ref.id)) return null;
      const [document] = await coded(() => firestore.getAll([nameOf(def, ref)]));
      return document ?? null;
    }

    async function query<T>(
      def: CollectionDef<T>,
      asked: Query,
    ): Promise<QueryPage<T> & { documents: FirestoreDocument[] }> {
      const { query: structured, sort, limit, cursorAfter } = plannedQuery(def, tenant, asked);
      if (matchesNothing(asked.where)) return { records: [], documents: [], nextCursor: null };
      const found: FirestoreDocument[] = [];
      let startAt = structured.startAt;
      // What has expired, or lacks a field that it is sorted by, is left out; then more is read.
      for (;;) {
        const wanted = limit + 1 - found.length;
        const page = await coded(() =>
          firestore.query({ ...structured, limit: wanted, ...(startAt === undefined ? {} : { startAt }) }),
        );
        for (const document of page)
          if (live(document) && sort.every((field) => hasField(document, field))) found.push(document);
        const last = page.at(-1);
        if (found.length > limit || page.length < wanted || last === undefined) break;
        const values = sort.map((field) => last.fields?.[field] ?? { nullValue: null });
        startAt = { values: [...values, { referenceValue: last.name }], before: false };
      }
      const documents = found.slice(0, limit);
      const last = documents.at(-1);
      const nextCursor = found.length > limit && last !== undefined ? cursorAfter(last) : null;
      return { records: documents.map((document) => stored<T>(document)), documents, nextCursor };
    }

    async function count<T>(def: CollectionDef<T>, asked: Pick<Query, 'where'>): Promise<number> {
      const where = asked.where ?? [];
      const structured = plannedCount(def, tenant, where);
      if (matchesNothing(where)) return 0;
      if (def.ttlField === undefined)
        return (await coded(() => firestore.aggregate(structured, { n: 'count' }))).n ?? 0;
      // What has expired does not count; there is no index that would leave it out.
      let total = 0;
      let cursor: string | null = null;
      do {
        const page: QueryPage<T> = await query(def, { where, limit: LIMITS.queryLimit, cursor });
        total += page.records.length;
        cursor = page.nextCursor;
      } while (cursor !== null);
      return total;
    }

    function toWrite<T>(def: CollectionDef<T>, ref: RecordRef, kind: Write['kind'], data?: T): Write {
      if (foreign(ref))
        throw new RectoError('internal', `The store of ${tenant} does not write records of ${ref.tenantId}.`);
      checkRecordId(def.name, ref.id);
      const name = nameOf(def, ref);
      const what = `${ref.id} in ${def.name}`;
      if (kind === 'delete') return { name, kind, what, fields: {} };
      const parsed = def.schema.safeParse(data);
      if (!parsed.success) {
        const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
        throw new RectoError('internal', `The record ${ref.id} does not fit the schema of ${def.name} (${where}).`);
      }
      const json = JSON.stringify(parsed.data);
      checkRecordSize(def.name, ref.id, json);
      return { name, kind, what, fields: fieldsOf(def, tenantOf(def, ref), Object(parsed.data), json) };
    }

    async function writeOne(write: Write): Promise<void> {
      for (let tries = 0; !(await commit([], [write])); tries++) {
        if (tries === MAX_TRIES) throw contention();
        await realSleep(backoffMs(tries, random));
      }
    }

    async function attempt<R>(fn: (tx: Transaction) => Promise<R>): Promise<{ committed: boolean; result: R }> {
      const reads = new Map<string, Read>();
      const writes: Write[] = [];
      let torn = false;
      const seen = (name: string, updateTime: string | null): void => {
        const before = reads.get(name);
        torn ||= before !== undefined && before.updateTime !== updateTime;
        reads.set(name, { name, updateTime });
      };
      const result = await fn({
        get: async <T>(def: CollectionDef<T>, ref: RecordRef) => {
          if (foreign(ref)) return null;
          const document = await find(def, ref);
          if (document !== null || isRecordId(ref.id)) seen(nameOf(def, ref), document?.updateTime ?? null);
          return document !== null && live(document) ? stored<T>(document) : null;
        },
        query: async (def, asked) => {
          const { records, documents } = await query(def, asked);
          for (const { name, updateTime } of documents) seen(name, updateTime);
          return records;
        },
        create: (def, ref, data) => void writes.push(toWrite(def, ref, 'create', data)),
        put: (def, ref, data) => void writes.push(toWrite(def, ref, 'put', data)),
        delete: (def, ref) => void writes.push(toWrite(def, ref, 'delete')),
      });
      checkTransactionWrites(writes.length);
      if (torn) return { committed: false, result };
      // A single record that was read is what it was at that moment; nothing else has to fit to it.
      if (writes.length === 0 && reads.size < 2) return { committed: true, result };
      return { committed: await commit([...reads.values()], writes), result };
    }

    async function transaction<R>(fn: (tx: Transaction) => Promise<R>): Promise<R> {
      for (let tries = 1; tries <= MAX_TRIES; tries++) {
        let outcome: { committed: boolean; result: R };
        if (tries <= RACING_TRIES) outcome = await attempt(fn);
        else {
          const mine = turn.then(() => attempt(fn));
          turn = mine.catch(() => undefined);
          outcome = await mine;
        }
        if (outcome.committed) return outcome.result;
        if (tries < MAX_TRIES) await realSleep(backoffMs(Math.max(0, tries - RACING_TRIES), random) / 4);
      }
      throw contention();
    }

    const writes = {
      create: (def, ref, data) => writeOne(toWrite(def, ref, 'create', data)),
      put: (def, ref, data) => writeOne(toWrite(def, ref, 'put', data)),
      delete: (def, ref) => writeOne(toWrite(def, ref, 'delete')),
    } satisfies Pick<DocumentStore, keyof StoreWrites>;
    return {
      get: async <T>(def: CollectionDef<T>, ref: RecordRef) => {
        const document = foreign(ref) ? null : await find(def, ref);
        return document !== null && live(document) ? stored<T>(document) : null;
      },
      create: async (def, ref, data) => writes.create(def, ref, data),
      put: async (def, ref, data) => writes.put(def, ref, data),
      delete: async (def, ref) => writes.delete(def, ref),
      query: async (def, asked) => {
        const { records, nextCursor } = await query(def, asked);
        return { records, nextCursor };
      },
      count,
      transaction,
    };
  }

  async function sweepExpired(limit = 1000): Promise<number> {
    let swept = 0;
    for (const { name } of params.collections.filter(({ ttlField }) => ttlField !== undefined))
      for (let left = limit; left > 0; left -= SWEEP_BATCH) {
        const expired = await coded(() =>
          firestore.query({
            from: [{ collectionId: name }],
            select: { fields: [{ fieldPath: FIRESTORE_FIELDS.expires }] },
            where: {
              compositeFilter: {
                op: 'AND',
                filters: [filter(FIRESTORE_FIELDS.expires, 'LESS_THAN_OR_EQUAL', timestamp(clock.now()))],
              },
            },
            limit: Math.min(left, SWEEP_BATCH),
          }),
        );
        // One written anew meanwhile fails the precondition, and only its own deletion.
        const outcomes = await Promise.all(
          expired.map((document) =>
            firestore.commit([{ delete: document.name, currentDocument: { updateTime: document.updateTime } }]),
          ),
        );
        swept += outcomes.filter(({ committed }) => committed).length;
        if (expired.length < SWEEP_BATCH) break;
      }
    return swept;
  }

  return { forTenant: (tenantId) => bound(tenantId), system: () => bound(null), sweepExpired };
}

const isRecordId = (id: string): boolean => id !== '' && !id.includes('/') && !exceedsBytes(id, LIMITS.idBytes);

const contention = (): RectoError =>
  new RectoError('contention', 'Too many writers change the same records at once. Try again shortly.', {
    retryAfter: 1,
  });

function hasField(document: FirestoreDocument, field: string): boolean {
  const value = document.fields?.[field];
  return value !== undefined && !('nullValue' in value);
}

function fieldsOf<T>(def: CollectionDef<T>, tenant: string, data: object, json: string): FirestoreFields {
  const values = new Map(Object.entries(data));
  const fields: FirestoreFields = {};
  for (const field of def.indexes.flatMap((index) => index.fields))
    fields[field] = scalar(def.name, field, values.get(field));
  fields[FIRESTORE_FIELDS.tenant] = text(tenant);
  fields[FIRESTORE_FIELDS.data] = text(json);
  const expires = def.ttlField === undefined ? undefined : values.get(def.ttlField);
  if (typeof expires === 'number') fields[FIRESTORE_FIELDS.expires] = timestamp(expires);
  return fields;
}
