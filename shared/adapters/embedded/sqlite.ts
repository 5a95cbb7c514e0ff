import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RectoError } from '../../domain/errors.ts';

/** One forward step of a database's schema. Once released, its `sql` never changes: a correction is a further migration. */
export interface Migration {
  /** Ascending from 1, without gaps. */
  id: number;
  name: string;
  sql: string;
}

const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;
/** How long a statement outside the commit queue waits for another process's write. */
const BUSY_TIMEOUT_MS = 10_000;
const FULL_ERRNOS = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** SQLite's result code without its extension (the low byte); 0 for what is not SQLite's. */
const primaryCode = (thrown: unknown): number =>
  thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : 0;

/**
 * `storage_full` for what SQLite or the file system says when nothing more can be written, `contention` when another process
 * did not stop writing; anything else as it came.
 */
export function storageError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof RectoError) return thrown;
  const primary = primaryCode(thrown);
  if (primary === SQLITE_BUSY) {
    const message = 'Another process has been writing to the data directory for too long. Try again shortly.';
    return new RectoError('contention', message, { cause: thrown, retryAfter: 1 });
  }
  const errno = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  if (primary !== SQLITE_FULL && primary !== SQLITE_IOERR && !FULL_ERRNOS.has(errno)) return thrown;
  return new RectoError(
    'storage_full',
    'Nothing more can be written to the data directory; nothing of this change was kept. Free space on its disk and try again.',
    { cause: thrown, retryAfter: 30 },
  );
}

/**
 * Begins a write transaction, for `inTransaction` to fill and commit, unless another process is writing at this moment: then
 * false, at once. Waiting for it here would hold the event loop.
 */
export function tryBegin(db: DatabaseSync): boolean {
  db.exec('PRAGMA busy_timeout = 0');
  try {
    db.exec('BEGIN IMMEDIATE');
    return true;
  } catch (thrown) {
    if (primaryCode(thrown) === SQLITE_BUSY) return false;
    throw storageError(thrown);
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

/** Runs `fn` inside one SQLite transaction: committed and durable when it returns, undone when it throws. */
export function inTransaction<R>(db: DatabaseSync, fn: () => R): R {
  try {
    if (!db.isTransaction) db.exec('BEGIN IMMEDIATE');
    const result = fn();
    db.exec('COMMIT');
    return result;
  } catch (thrown) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw storageError(thrown);
  }
}

/**
 * Opens (or creates) a database file and brings it to the newest schema.
 *
 * Every commit is fsynced before it returns (WAL with `synchronous=FULL`); a newly created file's directory entry is
 * fsynced as well. Each migration runs in a transaction of its own and is recorded with the SHA-256 of its text. A database
 * that a newer release has migrated, or whose applied migrations differ from this release's, is refused (`conflict`),
 * untouched. Errors: `conflict`, `storage_full`.
 */
export function openDatabase(file: string, migrations: readonly Migration[]): DatabaseSync {
  const created = file !== ':memory:' && !existsSync(file);
  let db: DatabaseSync;
  try {
    if (created) mkdirSync(path.dirname(file), { recursive: true });
    db = new DatabaseSync(file);
  } catch (thrown) {
    throw storageError(thrown);
  }
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    db.exec('PRAGMA foreign_keys = ON');
    // 16 MiB of pages, used when needed; and fewer, larger checkpoints: each writes a page once however often it changed.
    db.exec('PRAGMA cache_size = -16384');
    db.exec('PRAGMA wal_autocheckpoint = 4000');
    migrate(db, file, migrations);
    if (created) syncDirectory(path.dirname(file));
    return db;
  } catch (thrown) {
    db.close();
    throw storageError(thrown);
  }
}

function migrate(db: DatabaseSync, file: string, migrations: readonly Migration[]): void {
  inTransaction(db, () =>
    db.exec(
      'CREATE TABLE IF NOT EXISTS schema_migrations (id INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
    ),
  );
  const applied = new Map<number, { name: string; sha256: string }>();
  for (const row of db.prepare('SELECT id, name, sha256 FROM schema_migrations').all())
    applied.set(Number(row.id), { name: String(row.name), sha256: String(row.sha256) });

  for (const [id, { name }] of applied)
    if (!migrations.some((migration) => migration.id === id))
      throw new RectoError(
        'conflict',
        `The database ${file} was migrated by a newer release (migration ${id}, ${name}), which this release does not know. Start the newer release, or restore the backup made before the upgrade.`,
      );
  let expected = 1;
  for (const migration of migrations) {
    if (migration.id !== expected++)
      throw new RectoError('internal', `Migrations of ${file} must be numbered from 1 without gaps, in order.`);
    const sha256 = createHash('sha256').update(migration.sql).digest('hex');
    const before = applied.get(migration.id);
    if (before !== undefined && before.sha256 !== sha256)
      throw new RectoError(
        'conflict',
        `Migration ${migration.id} (${migration.name}) of ${file} is not the one that was applied to it. An applied migration never changes; use the release that created the database, or add a further migration.`,
      );
    if (before !== undefined) continue;
    inTransaction(db, () => {
      // Two processes may start at once: the one that waited for the lock finds the work done.
      const raced = db.prepare('SELECT 1 FROM schema_migrations WHERE id = ?').get(migration.id);
      if (raced !== undefined) return;
      db.exec(migration.sql);
      db.prepare('INSERT INTO schema_migrations (id, name, sha256, applied_at) VALUES (?, ?, ?, ?)').run(
        migration.id,
        migration.name,
        sha256,
        Date.now(),
      );
    });
  }
}

/** Makes the directory's entries durable; a file's own fsync does not. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
