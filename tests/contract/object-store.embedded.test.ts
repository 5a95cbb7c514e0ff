import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createObjectStore } from '#shared/adapters/embedded/object-store.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';
import { collect, objectStoreContract } from './object-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const coded = (code: string) => expect.objectContaining({ code });

const fixture = (root = temporaryFolder()) => {
  const clock = createManualClock();
  const store = createObjectStore({
    root,
    clock,
    signingKey: bytes('k'.repeat(32)),
    baseUrl: () => 'http://localhost:8080',
  });
  return { root, clock, store, one: store.forTenant('acme'), other: store.forTenant('globex') };
};
/** Everything under the root but folders. */
const filesOf = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();

describe('the embedded object store', () => {
  objectStoreContract(async () => fixture());

  it('keeps objects as plain files and leaves no other', async () => {
    const { root, one } = fixture();
    await one.put({ bucket: 'documents', key: 'd/source.txt', body: bytes('hello'), mediaType: 'text/plain' });
    await expect(
      one.put({ bucket: 'documents', key: 'e/f', body: bytes('hello'), mediaType: 'text/plain', maxBytes: 1 }),
    ).rejects.toThrow();
    expect(readFileSync(path.join(root, 'buckets/documents/acme/d/source.txt'), 'utf8')).toBe('hello');
    expect(filesOf(root)).toEqual(['buckets/documents/acme/d/source.txt', 'meta/documents/acme/d/source.txt']);
    await one.delete({ bucket: 'documents', key: 'd/source.txt' });
    expect(filesOf(root)).toEqual([]);
    expect(existsSync(path.join(root, 'buckets/documents/acme/d'))).toBe(false);
  });

  it('finds objects again after a restart and sweeps what a crash left', async () => {
    const { root, one } = fixture();
    const info = await one.put({ bucket: 'artifacts', key: 'a', body: bytes('hello'), mediaType: 'text/plain' });
    writeFileSync(path.join(root, 'tmp', 'left-behind'), 'half');
    const again = fixture(root);
    expect(await again.one.head({ bucket: 'artifacts', key: 'a' })).toEqual(info);
    expect(readdirSync(path.join(root, 'tmp'))).toEqual([]);
  });

  it('shows the old object with its description when a crash came between the two renames', async () => {
    const { root, one } = fixture();
    const key = 'k';
    const old = await one.put({ bucket: 'documents', key, body: bytes('old'), mediaType: 'text/old' });
    const file = path.join(root, 'buckets/documents/acme/k');
    linkSync(file, path.join(root, 'kept'));
    await one.put({ bucket: 'documents', key, body: bytes('newer'), mediaType: 'text/new' });
    // The new description is in place, the new bytes are not.
    renameSync(path.join(root, 'kept'), file);
    expect(await fixture(root).one.head({ bucket: 'documents', key })).toEqual(old);
  });

  it('describes files that others dropped, and notices when they change', async () => {
    const { root, one } = fixture();
    const folder = path.join(root, 'buckets/incoming/acme/sub');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'f.txt'), 'hello');
    const where = { bucket: 'incoming', key: 'sub/f.txt' } as const;
    const first = await one.head(where);
    expect(first).toMatchObject({
      size: 5,
      sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    });
    expect(await one.head(where)).toEqual(first);
    writeFileSync(path.join(folder, 'f.txt'), 'HELLO');
    const second = await one.head(where);
    expect(second?.sha256).not.toBe(first?.sha256);
    expect(second?.generation).not.toBe(first?.generation);
    expect((await one.list({ bucket: 'incoming' })).objects).toEqual([second]);
  });

  it('hashes a settled foreign file once', async () => {
    const { root, one } = fixture();
    const file = path.join(root, 'buckets/incoming/acme/f');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'hello');
    utimesSync(file, 1_000, 1_000);
    const info = await one.head({ bucket: 'incoming', key: 'f' });
    expect(readFileSync(path.join(root, 'meta/incoming/acme/f'), 'utf8')).toContain(info?.sha256);
    expect(await one.head({ bucket: 'incoming', key: 'f' })).toEqual(info);
  });

  it('copies a file that others dropped byte by byte, so that rewriting it does not reach the copy', async () => {
    const { root, one } = fixture();
    const file = path.join(root, 'buckets/incoming/acme/f');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'hello');
    await one.copy({ from: { bucket: 'incoming', key: 'f' }, to: { bucket: 'documents', key: 'f' } });
    writeFileSync(file, 'OVERWRITTEN');
    const copy = await one.get({ bucket: 'documents', key: 'f' });
    expect(copy === null ? '' : (await collect(copy.body)).toString()).toBe('hello');
  });

  it('shares the bytes of immutable objects when it copies', async () => {
    const { root, one } = fixture();
    await one.put({ bucket: 'documents', key: 's', body: randomBytes(100_000), mediaType: 'x/y' });
    await one.copy({ from: { bucket: 'documents', key: 's' }, to: { bucket: 'artifacts', key: 't' } });
    const [source, target] = ['documents/acme/s', 'artifacts/acme/t'].map(
      (name) => statSync(path.join(root, 'buckets', name)).ino,
    );
    expect(target).toBe(source);
  });

  it('says so when the object is replaced or deleted before its body is read', async () => {
    const { one } = fixture();
    const put = (body: string) => one.put({ bucket: 'documents', key: 'k', body: bytes(body), mediaType: 'x/y' });
    await put('old');
    const found = await one.get({ bucket: 'documents', key: 'k' });
    await put('new');
    if (found === null) throw new Error('the object is gone');
    await expect(collect(found.body)).rejects.toEqual(coded('contention'));
  });

  it('never follows a symbolic link, neither of a file nor of a folder, nor opens a pipe', async () => {
    const { root, one } = fixture();
    const outside = path.join(root, 'outside');
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'secret'), 'secret');
    const bucket = path.join(root, 'buckets/incoming/acme');
    mkdirSync(bucket, { recursive: true });
    symlinkSync(path.join(outside, 'secret'), path.join(bucket, 'file'));
    symlinkSync(outside, path.join(bucket, 'folder'));
    for (const key of ['file', 'folder/secret', 'folder']) {
      expect(await one.head({ bucket: 'incoming', key })).toBeNull();
      expect(await one.get({ bucket: 'incoming', key })).toBeNull();
      expect(await one.delete({ bucket: 'incoming', key })).toBe(false);
    }
    expect((await one.list({ bucket: 'incoming' })).objects).toEqual([]);
    expect((await one.list({ bucket: 'incoming', prefix: 'folder/' })).objects).toEqual([]);
    const put = (key: string) => one.put({ bucket: 'incoming', key, body: bytes('x'), mediaType: 'x/y' });
    await expect(put('folder/new')).rejects.toEqual(coded('conflict'));
    await expect(put('folder/deeper/new')).rejects.toEqual(coded('conflict'));
    expect(readdirSync(outside)).toEqual(['secret']);
    await put('file');
    expect(readFileSync(path.join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  it('refuses a key that is the folder of another, and the reverse', async () => {
    const { root, one } = fixture();
    const put = (key: string) => one.put({ bucket: 'documents', key, body: bytes('x'), mediaType: 'x/y' });
    await put('a/b');
    await expect(put('a')).rejects.toEqual(coded('conflict'));
    await expect(put('a/b/c')).rejects.toEqual(coded('conflict'));
    expect(filesOf(root)).toEqual(['buckets/documents/acme/a/b', 'meta/documents/acme/a/b']);
  });

  it('refuses a tenant id that is no folder name', () => {
    const { store } = fixture();
    for (const id of ['..', 'a/b', '', 'A']) expect(() => store.forTenant(id)).toThrow();
  });

  it('writes and deletes in one folder at once without losing any', async () => {
    const { one } = fixture();
    const where = (index: number) => ({ bucket: 'documents', key: `f/g/${index}` }) as const;
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await one.put({ ...where(index), body: bytes('x'), mediaType: 'x/y' });
        if (index % 2 === 0) await one.delete(where(index));
      }),
    );
    expect((await one.list({ bucket: 'documents' })).objects).toHaveLength(30);
  });

  it('opens a signed link for what it says, until it expires, and no other', async () => {
    const { store, one, clock, root } = fixture();
    const { url, expiresAt } = await one.signUrl({
      method: 'PUT',
      bucket: 'documents',
      key: 'k',
      mediaType: 'a/b',
      maxBytes: 9,
      expiresInSeconds: 60,
    });
    const token = new URL(url).pathname.replace('/_objects/', '');
    expect(store.verifySignedObject(token)).toEqual({
      tenantId: 'acme',
      method: 'PUT',
      bucket: 'documents',
      key: 'k',
      mediaType: 'a/b',
      maxBytes: 9,
      downloadName: null,
      expiresAt,
    });
    await store.openSigned(token).objects.put({ bucket: 'documents', key: 'k', body: bytes('hi'), mediaType: 'a/b' });
    expect(await one.head({ bucket: 'documents', key: 'k' })).toMatchObject({ size: 2 });
    const [payload = '', mac = ''] = token.split('.');
    const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('acme', 'globex')).toString(
      'base64url',
    );
    for (const bad of ['', '.', payload, `${payload}.`, `${forged}.${mac}`, `${token}.x`, `${payload}.${mac.slice(1)}`])
      expect(() => store.openSigned(bad)).toThrow(coded('forbidden'));
    const elsewhere = createObjectStore({
      root: path.join(root, 'other'),
      clock,
      signingKey: bytes('other'),
      baseUrl: () => '',
    });
    expect(() => elsewhere.openSigned(token)).toThrow(coded('forbidden'));
    await clock.advance(60_000);
    expect(() => store.openSigned(token)).toThrow(coded('upload_expired'));
    rmSync(path.join(root, 'other'), { recursive: true });
  });

  it('holds little memory while a large object goes through', async () => {
    const { one } = fixture();
    const chunk = Buffer.alloc(1024 * 1024, 7);
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 64; index++) {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        yield chunk;
      }
    };
    expect((await one.put({ bucket: 'documents', key: 'big', body: body(), mediaType: 'x/y' })).size).toBe(
      64 * 1024 * 1024,
    );
    expect(peak).toBeLessThan(16 * 1024 * 1024);
  });
});
