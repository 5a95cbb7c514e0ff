import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createDocumentStore } from '#shared/adapters/embedded/document-store.ts';
import { openDatabase } from '#shared/adapters/embedded/sqlite.ts';
import { createCommitQueue } from '#shared/adapters/embedded/sqlite-commits.ts';
import { collection } from '#shared/domain/collection.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { writtenRecords } from '../support/record-writer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { documentStoreContract } from './document-store.ts';

const open = (file: string) => {
  const db = openDatabase(file, []);
  onTestFinished(() => {
    if (db.isOpen) db.close();
  });
  const clock = createManualClock();
  const commits = createCommitQueue(db);
  return { db, clock, commits, ...createDocumentStore({ db, commits, clock, collections: [] }) };
};

documentStoreContract('embedded', () => open(path.join(temporaryFolder(), 'store.db')));

test('a new index serves the records that were there before it, one that is gone is dropped', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  const schema = z.object({ colour: z.string(), size: z.number() });
  const before = collection({ name: 'things', schema, indexes: [{ fields: ['colour'] }] });
  const after = collection({ name: 'things', schema, indexes: [{ fields: ['size'] }] });
  const first = open(file);
  await first.forTenant('t').put(before, { id: 'a' }, { colour: 'red', size: 2 });
  first.db.close();
  const store = open(file).forTenant('t');
  await store.put(after, { id: 'b' }, { colour: 'blue', size: 1 });
  const bySize = await store.query(after, { orderBy: [{ field: 'size', direction: 'asc' }] });
  expect(bySize.records.map((record) => record.id)).toEqual(['b', 'a']);
  const byColour = store.query(after, { where: [{ field: 'colour', op: '==', value: 'red' }] });
  await expect(byColour).rejects.toMatchObject({ code: 'internal' });
  const again = open(file).forTenant('t');
  const blue = await again.query(before, { where: [{ field: 'colour', op: '==', value: 'blue' }] });
  expect(blue.records.map((record) => record.id)).toEqual(['b']);
});

test('a full disk refuses the write, keeps nothing of it, and writes again once there is room', async () => {
  const { db, forTenant } = open(path.join(temporaryFolder(), 'store.db'));
  const schema = z.object({ text: z.string() });
  const texts = collection({ name: 'texts', schema, indexes: [] });
  const store = forTenant('t');
  await store.put(texts, { id: 'a' }, { text: 'a' });
  db.exec(`PRAGMA max_page_count = ${Number(db.prepare('PRAGMA page_count').get()?.page_count) + 10}`);
  const large = { text: 'x'.repeat(500_000) };
  const outcomes = await Promise.allSettled([
    store.put(texts, { id: 'b' }, large),
    store.put(texts, { id: 'c' }, { text: 'c' }),
  ]);
  expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: { code: 'storage_full' } });
  expect(outcomes[1]).toMatchObject({ status: 'fulfilled' });
  expect((await store.query(texts, {})).records.map((record) => record.id)).toEqual(['a', 'c']);
  db.exec('PRAGMA max_page_count = 1000000');
  await store.put(texts, { id: 'b' }, large);
});

test('what was acknowledged is there after kill -9 in the middle of writing', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  for (let round = 0; round < 4; round++) {
    const child = spawn(
      process.execPath,
      [path.resolve(import.meta.dirname, '../support/record-writer.ts'), file, `r${round}`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let acknowledged = '';
    child.stdout.on('data', (chunk: Buffer) => {
      acknowledged += chunk.toString();
      if (acknowledged.length > 2000 * (round + 1)) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
    const ids = acknowledged.slice(0, acknowledged.lastIndexOf('\n')).split('\n');
    expect(ids.length).toBeGreaterThan(50);
    const { db, forTenant } = open(file);
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    const found = await writtenRecords(forTenant('t'));
    expect(ids.filter((id) => !found.has(id))).toEqual([]);
    db.close();
  }
});
