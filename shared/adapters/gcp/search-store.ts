import { FIRESTORE_SEARCH } from '../../domain/cloud-records.ts';
import { RectoError } from '../../domain/errors.ts';
import type { SearchEntry } from '../../ports/search-index.ts';
import { documentId as nameId } from './document-store-query.ts';
import {
  allOf,
  type Firestore,
  type FirestoreDocument,
  type FirestoreFilter,
  type FirestoreWrite,
  filter,
  type StructuredQuery,
} from './firestore-client.ts';
import { bytes, bytesOf, numberOf, text, textOf, texts, whole } from './firestore-values.ts';
import { type EntryStats, packEntry, unpackPages, unpackStats } from './search-entry.ts';
import type { PageText } from './search-match.ts';
import { vectorFields } from './search-vectors.ts';

const { entries: ENTRIES, pages: PAGES } = FIRESTORE_SEARCH;
const MAX_TRIES = 5;
/** Firestore takes 10 MiB a request; as base64 bytes are a third longer. */
const COMMIT_BYTES = 6_000_000;
const READ_BATCH = 200;

/** An entry as a search finds it. */
export interface FoundEntry {
  documentId: string;
  revision: string;
  shards: number;
  chunks: number;
  stats: Buffer;
}

/** The records of one tenant's entries. Throws `GoogleApiError`. */
export function createSearchStore(firestore: Firestore, tenant: string) {
  const mainName = (id: string): string => firestore.nameOf(ENTRIES, nameId(tenant, id));
  const partName = (collection: string, id: string, revision: string, part: number): string =>
    firestore.nameOf(collection, nameId(tenant, `${id}!${revision}.${part}`));
  const own = filter('tenantId', 'EQUAL', text(tenant));

  const recordsOf = (collection: string, id: string, limit?: number): Promise<FirestoreDocument[]> =>
    firestore.query({
      from: [{ collectionId: collection }],
      select: { fields: [{ fieldPath: 'revision' }] },
      ...allOf([own, filter('documentId', 'EQUAL', text(id))]),
      ...(limit === undefined ? {} : { limit }),
    });

  /** Every record of the entry but those of the revision that holds; what a crash has left as well. */
  async function sweep(id: string, keep: string | null): Promise<void> {
    for (const collection of [ENTRIES, PAGES]) {
      const found = await recordsOf(collection, id);
      const old = found.filter((document) => keep === null || textOf(document.fields?.revision) !== keep);
      for (let at = 0; at < old.length; at += 400)
        await firestore.commit(old.slice(at, at + 400).map(({ name }) => ({ delete: name })));
    }
  }

  async function commitInParts(writes: readonly FirestoreWrite[]): Promise<void> {
    let batch: FirestoreWrite[] = [];
    let size = 0;
    for (const write of writes) {
      const length = JSON.stringify(write).length;
      if (batch.length > 0 && (size + length > COMMIT_BYTES || batch.length === 400)) {
        await firestore.commit(batch);
        batch = [];
        size = 0;
      }
      batch.push(write);
      size += length;
    }
    if (batch.length > 0) await firestore.commit(batch);
  }

  /** Replaces the entry. Its parts come first, under a revision that nobody knows yet; the main record makes them hold. */
  async function put(entry: SearchEntry): Promise<void> {
    const { shards, chunks, values, length } = packEntry(entry);
    const [first, ...others] = shards;
    if (first === undefined) throw new RectoError('internal', 'A search entry without a record.');
    const id = entry.documentId;
    const createdAt = whole(entry.createdAt);
    const toFindByVector = vectorFields(entry);
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const [before] = await firestore.getAll([mainName(id)], ['revision']);
      const revision = crypto.randomUUID();
      const about = { tenantId: text(tenant), documentId: text(id), revision: text(revision), createdAt };
      await commitInParts([
        ...others.map(
          (shard, i): FirestoreWrite => ({
            update: {
              name: partName(ENTRIES, id, revision, i + 1),
              fields: { ...about, main: { booleanValue: false }, terms: texts(shard.terms), stats: bytes(shard.stats) },
            },
          }),
        ),
        ...chunks.map(
          (chunk, i): FirestoreWrite => ({
            update: { name: partName(PAGES, id, revision, i), fields: { ...about, text: bytes(chunk.text) } },
          }),
        ),
      ]);
      const main = {
        ...about,
        main: { booleanValue: true },
        shards: whole(shards.length),
        chunks: whole(chunks.length),
        length: whole(length),
        terms: texts(first.terms),
        values: texts(values),
        stats: bytes(first.stats),
        ...toFindByVector,
      };
      const currentDocument = before == null ? { exists: false } : { updateTime: before.updateTime };
      const done = await firestore.commit([{ update: { name: mainName(id), fields: main }, currentDocument }]);
      const [now] = done.committed ? [null] : await firestore.getAll([mainName(id)], ['revision']);
      const holds = done.committed || textOf(now?.fields?.revision) === revision;
      await sweep(id, holds ? revision : textOf(now?.fields?.revision) || null);
      if (holds) return;
    }
    throw new RectoError('contention', 'The same document is indexed by many at once. Try again shortly.', {
      retryAfter: 1,
    });
  }

  async function remove(id: string): Promise<boolean> {
    const [main] = await firestore.getAll([mainName(id)], ['revision']);
    if (main !== null) await firestore.commit([{ delete: mainName(id) }]);
    await sweep(id, null);
    return main !== null;
  }

  /** Whether there is any record of it, what a crash has left too. */
  async function has(id: string): Promise<boolean> {
    const found = await Promise.all([ENTRIES, PAGES].map((collection) => recordsOf(collection, id, 1)));
    return found.some((records) => records.length > 0);
  }

  const foundEntry = ({ fields }: FirestoreDocument): FoundEntry => ({
    documentId: textOf(fields?.documentId),
    revision: textOf(fields?.revision),
    shards: numberOf(fields?.shards),
    chunks: numberOf(fields?.chunks),
    stats: bytesOf(fields?.stats),
  });
  const isMain = ({ fields }: FirestoreDocument): boolean =>
    fields?.main !== undefined && 'booleanValue' in fields.main && fields.main.booleanValue;

  /** Where a search begins: entries with that term, with that field value, or all. */
  type Source = { terms: string } | { values: string } | 'all';
  const sourceFilter = (source: Source): FirestoreFilter => {
    if (source === 'all') return filter('main', 'EQUAL', { booleanValue: true });
    return 'terms' in source
      ? filter('terms', 'ARRAY_CONTAINS', text(source.terms))
      : filter('values', 'ARRAY_CONTAINS', text(source.values));
  };
  const queryOf = (source: Source): StructuredQuery => ({
    from: [{ collectionId: ENTRIES }],
    ...allOf([own, sourceFilter(source)]),
  });

  /** Newest first, at most `limit`. */
  async function find(source: Source, limit: number): Promise<FoundEntry[]> {
    const found = new Map<string, FoundEntry>();
    let startAt: StructuredQuery['startAt'];
    for (let read = 0; read < limit; read += READ_BATCH) {
      const page = await firestore.query({
        ...queryOf(source),
        select: {
          fields: ['documentId', 'revision', 'main', 'shards', 'chunks', 'stats', 'createdAt'].map((fieldPath) => ({
            fieldPath,
          })),
        },
        orderBy: ['createdAt', '__name__'].map((fieldPath) => ({
          field: { fieldPath },
          direction: 'DESCENDING' as const,
        })),
        ...(startAt === undefined ? {} : { startAt }),
        limit: Math.min(READ_BATCH, limit - read),
      });
      for (const document of page.filter(isMain)) found.set(textOf(document.fields?.documentId), foundEntry(document));
      // A part that was found stands for its entry, if it is of the revision that holds.
      const parts = page.filter((document) => !isMain(document));
      const mains = await firestore.getAll(parts.map(({ fields }) => mainName(textOf(fields?.documentId))));
      for (const [i, part] of parts.entries()) {
        const main = mains[i] ?? null;
        if (main !== null && textOf(main.fields?.revision) === textOf(part.fields?.revision))
          found.set(textOf(main.fields?.documentId), foundEntry(main));
      }
      const last = page.at(-1);
      if (last === undefined || page.length < READ_BATCH) break;
      startAt = { values: [last.fields?.createdAt ?? whole(0), { referenceValue: last.name }], before: false };
    }
    return [...found.values()];
  }

  async function stats(entry: FoundEntry): Promise<EntryStats> {
    if (entry.shards <= 1) return unpackStats([entry.stats]);
    const names = Array.from({ length: entry.shards - 1 }, (_, i) =>
      partName(ENTRIES, entry.documentId, entry.revision, i + 1),
    );
    const parts = await firestore.getAll(names, ['stats']);
    return unpackStats([entry.stats, ...parts.flatMap((part) => (part === null ? [] : [bytesOf(part.fields?.stats)]))]);
  }

  async function pages({ documentId, revision, chunks }: FoundEntry): Promise<PageText[]> {
    const names = Array.from({ length: chunks }, (_, i) => partName(PAGES, documentId, revision, i));
    const parts = await firestore.getAll(names);
    return parts.flatMap((part) => (part === null ? [] : unpackPages(bytesOf(part.fields?.text))));
  }

  return {
    put,
    has,
    remove,
    find,
    stats,
    pages,
    /** How many entries the source has. */
    count: async (source: Source): Promise<number> =>
      (await firestore.aggregate(queryOf(source), { n: 'count' })).n ?? 0,
    /** How many entries there are, and how many words they have together. */
    size: async (): Promise<{ entries: number; words: number }> => {
      const { n = 0, words = 0 } = await firestore.aggregate(queryOf('all'), { n: 'count', words: { sum: 'length' } });
      return { entries: n, words };
    },
  };
}
