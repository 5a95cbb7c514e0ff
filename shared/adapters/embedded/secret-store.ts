import { RectoError } from '../../domain/errors.ts';
import type { SecretStore } from '../../ports/secret-store.ts';
import { checkSecretName, secretBytes } from '../support/secret-names.ts';
import { createKeyManager } from './key-manager.ts';
import type { KeyRing } from './key-ring.ts';
import { inTransaction, type Migration, openDatabase } from './sqlite.ts';

const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: 'secrets',
    sql: `CREATE TABLE secrets (
      owner TEXT NOT NULL,
      name TEXT NOT NULL,
      sealed BLOB NOT NULL,
      PRIMARY KEY (owner, name)
    ) STRICT, WITHOUT ROWID`,
  },
];

const purposeOf = (name: string): string => `secret ${name}`;

/**
 * Secrets in `file` (SQLite, fsynced a commit), sealed with AES-256-GCM under a key of their owner and name: a row moved to
 * another owner or name cannot be opened (`internal`: the database was changed by hand or the keys folder is another one).
 * Deleted values are overwritten in the file. Errors: `invalid_request`, `limit_exceeded`, `storage_full`.
 */
export function createSecretStore(params: { file: string; ring: KeyRing }): {
  /** Of a tenant, or of the system under its own owner name. */
  forOwner(owner: string): SecretStore;
  /** Seals every secret again under the current key, after a rotation; the number of secrets. */
  reseal(): Promise<number>;
  close(): void;
} {
  const db = openDatabase(params.file, MIGRATIONS);
  db.exec('PRAGMA secure_delete = ON');
  const select = db.prepare('SELECT sealed FROM secrets WHERE owner = ? AND name = ?');
  const upsert = db.prepare(
    'INSERT INTO secrets (owner, name, sealed) VALUES (?, ?, ?) ON CONFLICT (owner, name) DO UPDATE SET sealed = excluded.sealed',
  );
  const replace = db.prepare('UPDATE secrets SET sealed = ? WHERE owner = ? AND name = ? AND sealed = ?');
  const remove = db.prepare('DELETE FROM secrets WHERE owner = ? AND name = ?');
  const after = db.prepare(
    'SELECT owner, name, sealed FROM secrets WHERE (owner, name) > (?, ?) ORDER BY owner, name LIMIT 500',
  );
  const keysOf = (owner: string) => createKeyManager({ ring: params.ring, owner });

  const open = async (owner: string, name: string, sealed: Uint8Array): Promise<Uint8Array> => {
    try {
      return await keysOf(owner).decrypt(purposeOf(name), sealed);
    } catch (thrown) {
      throw new RectoError(
        'internal',
        `The secret ${name} cannot be opened: the keys folder is not the one it was sealed with, or its row was changed. Restore both from the same backup.`,
        { cause: thrown, class: 'permanent' },
      );
    }
  };
  const sealedOf = (row: Record<string, unknown> | undefined): Uint8Array | null =>
    row?.sealed instanceof Uint8Array ? row.sealed : null;

  return {
    forOwner: (owner) => ({
      get: async (name) => {
        checkSecretName(name);
        const sealed = sealedOf(select.get(owner, name));
        return sealed === null ? null : new TextDecoder().decode(await open(owner, name, sealed));
      },
      put: async (name, value) => {
        checkSecretName(name);
        const bytes = secretBytes(name, value);
        const sealed = await keysOf(owner).encrypt(purposeOf(name), bytes);
        inTransaction(db, () => upsert.run(owner, name, sealed));
      },
      delete: async (name) => {
        checkSecretName(name);
        return inTransaction(db, () => remove.run(owner, name)).changes > 0;
      },
    }),
    reseal: async () => {
      let count = 0;
      let last: [string, string] = ['', ''];
      for (;;) {
        const rows = after.all(...last);
        for (const row of rows) {
          const [owner, name, sealed] = [String(row.owner), String(row.name), sealedOf(row)];
          last = [owner, name];
          if (sealed === null) continue;
          const fresh = await keysOf(owner).encrypt(purposeOf(name), await open(owner, name, sealed));
          // Only if it is still what was read: a put meanwhile is newer and sealed under the current key already.
          count += Number(inTransaction(db, () => replace.run(fresh, owner, name, sealed)).changes);
        }
        if (rows.length === 0) return count;
      }
    },
    close: () => db.close(),
  };
}
