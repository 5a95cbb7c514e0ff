import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openKeyRing } from '#shared/adapters/embedded/key-ring.ts';
import { createSecretStore } from '#shared/adapters/embedded/secret-store.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';
import { secretStoreContract } from './secret-store.ts';

const fixture = () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'secrets.db');
  const ring = openKeyRing(path.join(folder, 'keys'));
  const store = createSecretStore({ file, ring });
  onTestFinished(() => store.close());
  return { folder, file, ring, store };
};

describe('the embedded secret store', () => {
  secretStoreContract(async () => {
    const { store } = fixture();
    return { one: store.forOwner('acme'), other: store.forOwner('globex') };
  });

  it('leaves no plain value in its files, and finds it again after a restart', async () => {
    const { folder, file, store } = fixture();
    await store.forOwner('acme').put('key', 'plain-value-to-look-for');
    for (const name of [file, `${file}-wal`]) expect(readFileSync(name).includes('plain-value')).toBe(false);
    const again = createSecretStore({ file, ring: openKeyRing(path.join(folder, 'keys')) });
    expect(await again.forOwner('acme').get('key')).toBe('plain-value-to-look-for');
    again.close();
  });

  it('does not open a value that was moved to another name', async () => {
    const { file, store } = fixture();
    await store.forOwner('acme').put('a', 'of a');
    const db = new DatabaseSync(file);
    db.exec("UPDATE secrets SET name = 'b'");
    db.close();
    await expect(store.forOwner('acme').get('b')).rejects.toThrow(/cannot be opened/);
  });

  it('seals every secret again after a rotation', async () => {
    const { file, ring, store } = fixture();
    for (let i = 0; i < 600; i++) await store.forOwner(`t${i % 3}`).put(`n${i}`, `v${i}`);
    expect(ring.rotate()).toBe(2);
    expect(await store.reseal()).toBe(600);
    const db = new DatabaseSync(file);
    const rows = db.prepare('SELECT sealed FROM secrets').all();
    db.close();
    const versions = rows.map(({ sealed }) => (sealed instanceof Uint8Array ? Buffer.from(sealed).readUInt32BE(1) : 0));
    expect(new Set(versions)).toEqual(new Set([2]));
    expect(await store.forOwner('t1').get('n1')).toBe('v1');
  }, 60_000);
});
