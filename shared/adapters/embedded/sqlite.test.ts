import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction, openDatabase, storageError } from './sqlite.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'recto-sqlite-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const first = { id: 1, name: 'first', sql: 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);' };
const second = { id: 2, name: 'second', sql: 'INSERT INTO a VALUES (2);' };

describe('openDatabase', () => {
  const file = () => path.join(folder, 'deep', 'data.db');
  const values = (migrations: Parameters<typeof openDatabase>[1]) => {
    const db = openDatabase(file(), migrations);
    const rows = db.prepare('SELECT x FROM a ORDER BY x').all();
    db.close();
    return rows.map((row) => row.x);
  };

  test('applies each migration once, in order, and further ones later', () => {
    expect(values([first])).toEqual([1]);
    expect(values([first])).toEqual([1]);
    expect(values([first, second])).toEqual([1, 2]);
  });

  test('writes ahead with a full fsync a commit', () => {
    const db = openDatabase(file(), []);
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
    db.close();
  });

  test('refuses a database that a newer release has migrated', () => {
    values([first, second]);
    expect(() => openDatabase(file(), [first])).toThrow(/newer release \(migration 2, second\)/);
  });

  test('refuses when an applied migration has changed', () => {
    values([first]);
    expect(() => openDatabase(file(), [{ ...first, sql: `${first.sql} ` }])).toThrow(/is not the one that was applied/);
  });

  test('keeps nothing of a migration that fails', () => {
    values([first]);
    const broken = { id: 2, name: 'broken', sql: 'INSERT INTO a VALUES (9); INSERT INTO missing VALUES (1);' };
    expect(() => openDatabase(file(), [first, broken])).toThrow(/missing/);
    expect(values([first])).toEqual([1]);
  });

  test('refuses migrations with a gap', () => {
    expect(() => openDatabase(file(), [first, { ...second, id: 3 }])).toThrow(/without gaps/);
  });
});

test('a full database is storage_full, undone, and works again once there is room', () => {
  const db = openDatabase(path.join(folder, 'full.db'), [{ id: 1, name: 't', sql: 'CREATE TABLE t (b BLOB) STRICT' }]);
  const pages = Number(db.prepare('PRAGMA page_count').get()?.page_count);
  db.exec(`PRAGMA max_page_count = ${pages + 20}`);
  const write = (size: number) =>
    inTransaction(db, () => db.prepare('INSERT INTO t VALUES (?)').run(new Uint8Array(size)));
  expect(() => write(1_000_000)).toThrow(expect.objectContaining({ code: 'storage_full' }));
  expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 0 });
  write(1000);
  expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 1 });
  db.close();
});

test('a file system without space is storage_full, other errors stay what they are', () => {
  expect(storageError(Object.assign(new Error('no space'), { code: 'ENOSPC' }))).toMatchObject({
    code: 'storage_full',
  });
  const other = new Error('other');
  expect(storageError(other)).toBe(other);
});
