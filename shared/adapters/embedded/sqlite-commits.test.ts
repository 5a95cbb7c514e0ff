import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './sqlite.ts';
import { createCommitQueue } from './sqlite-commits.ts';

const MIGRATIONS = [{ id: 1, name: 'table', sql: 'CREATE TABLE facts (name TEXT PRIMARY KEY)' }];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'recto-commits-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('while another process writes, commits wait and the event loop goes on', async () => {
  const file = path.join(folder, 'shared.db');
  const [ours, theirs] = [openDatabase(file, MIGRATIONS), openDatabase(file, MIGRATIONS)];
  const commits = createCommitQueue(ours);
  theirs.exec('BEGIN IMMEDIATE');
  let committed = false;
  const writing = commits
    .run(() => ours.exec("INSERT INTO facts VALUES ('ours')"))
    .then(() => {
      committed = true;
    });
  let longest = 0;
  let before = performance.now();
  for (let turn = 0; turn < 20; turn++) {
    await sleep(5);
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }
  expect(committed).toBe(false);
  // SQLite's own wait would have held every turn for as long as the other writes.
  expect(longest).toBeLessThan(80);
  theirs.exec('COMMIT');
  await writing;
  expect(theirs.prepare('SELECT name FROM facts').all()).toHaveLength(1);
  ours.close();
  theirs.close();
});

test('what waits when the store closes is committed first, and nothing fires afterwards', async () => {
  const db = openDatabase(path.join(folder, 'closing.db'), MIGRATIONS);
  const commits = createCommitQueue(db);
  const writing = commits.run(() => db.exec("INSERT INTO facts VALUES ('last')"));
  commits.flush();
  await writing;
  db.close();
  await sleep(20);
});
