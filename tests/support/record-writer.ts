/** Writes pairs of records, each pair in one transaction, and prints the ids once they are acknowledged, until it is killed. */
import { writeSync } from 'node:fs';
import { z } from 'zod';
import { systemClock } from '#shared/adapters/embedded/clock.ts';
import { createDocumentStore } from '#shared/adapters/embedded/document-store.ts';
import { openDatabase } from '#shared/adapters/embedded/sqlite.ts';
import { createCommitQueue } from '#shared/adapters/embedded/sqlite-commits.ts';
import { collection } from '#shared/domain/collection.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';

const written = collection({
  name: 'written',
  schema: z.object({ twin: z.string() }),
  indexes: [{ fields: ['twin'] }],
});

/** Ids of all records; throws when one of a pair is there without the other. */
export async function writtenRecords(store: DocumentStore): Promise<Set<string>> {
  const twins = new Map<string, string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.query<{ twin: string }>>> = await store.query(written, {
      limit: 1000,
      cursor,
    });
    for (const { id, data } of page.records) twins.set(id, data.twin);
    cursor = page.nextCursor;
  } while (cursor !== null);
  for (const [id, twin] of twins) if (!twins.has(twin)) throw new Error(`${id} was kept without ${twin}`);
  return new Set(twins.keys());
}

async function writeForEver(file: string, prefix: string): Promise<void> {
  const db = openDatabase(file, []);
  const commits = createCommitQueue(db);
  const store = createDocumentStore({ db, commits, clock: systemClock, collections: [written] }).forTenant('t');
  const writer = async (name: string): Promise<void> => {
    for (let i = 0; ; i++) {
      const [one, two] = [`${name}-${i}-a`, `${name}-${i}-b`];
      await store.transaction(async (tx) => {
        tx.create(written, { id: one }, { twin: two });
        tx.create(written, { id: two }, { twin: one });
      });
      writeSync(1, `${one}\n${two}\n`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, i) => writer(`${prefix}-${i}`)));
}

const [, entry, file, prefix] = process.argv;
if (entry === import.meta.filename && file !== undefined && prefix !== undefined) await writeForEver(file, prefix);
