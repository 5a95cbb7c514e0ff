import { expect, it } from 'vitest';
import { createObjectStore } from '#shared/adapters/gcp/object-store.ts';
import { newBuckets } from '../support/cloud-buckets.ts';
import { describeWith } from '../support/cloud-services.ts';
import { gapsOf } from './gaps.ts';
import { collect, objectStoreContract } from './object-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describeWith(['storage'], 'Cloud Storage', () => {
  const buckets = newBuckets();
  const setUp = async () => {
    const store = createObjectStore(await buckets);
    const tenant = () => store.forTenant(crypto.randomUUID());
    return { one: tenant(), other: tenant() };
  };
  objectStoreContract(setUp, gapsOf('fake-gcs-server', 'object-store'));

  it('sends what is larger than one chunk in a session, hash and all', async () => {
    const { one } = await setUp();
    const part = Buffer.alloc(3 * 1024 * 1024 + 17, 'recto');
    const body = async function* () {
      for (let index = 0; index < 7; index++) yield part;
    };
    const info = await one.put({ bucket: 'documents', key: 'large', body: body(), mediaType: 'x/y' });
    expect(info).toMatchObject({ size: part.length * 7, mediaType: 'x/y' });
    expect(await one.head({ bucket: 'documents', key: 'large' })).toEqual(info);
    const found = await one.get({
      bucket: 'documents',
      key: 'large',
      range: { start: part.length, end: part.length * 2 },
    });
    expect(found === null ? null : (await collect(found.body)).equals(part)).toBe(true);
  });

  it('keeps nothing of a large body that turns out to be another one', async () => {
    const { one } = await setUp();
    const body = Buffer.alloc(20 * 1024 * 1024);
    const put = one.put({ bucket: 'documents', key: 'k', body, mediaType: 'x/y', expectSha256: '0'.repeat(64) });
    await expect(put).rejects.toEqual(expect.objectContaining({ code: 'checksum_mismatch' }));
    expect(await one.head({ bucket: 'documents', key: 'k' })).toBeNull();
  });

  it('hashes a file that somebody else dropped once, and does not believe what its metadata says', async () => {
    const options = await buckets;
    const { storage } = options;
    let reads = 0;
    const read: typeof storage.read = (at) => {
      reads += 1;
      return storage.read(at);
    };
    const counting = { ...options, storage: { ...storage, read } };
    const tenant = crypto.randomUUID();
    const one = createObjectStore(counting).forTenant(tenant);
    const object = {
      bucket: options.buckets.incoming,
      name: `${tenant}/scan.pdf`,
      contentType: 'application/pdf',
      metadata: { 'recto-sha256': '0'.repeat(64), 'recto-sha256-of': `1:${'0'.repeat(64)}`, own: 'kept' },
    };
    const written = await storage.insert(object, bytes('hello'), 'mnG7TA==', () => undefined);
    const first = await one.head({ bucket: 'incoming', key: 'scan.pdf' });
    expect(first?.sha256).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(await one.head({ bucket: 'incoming', key: 'scan.pdf' })).toEqual(first);
    expect(reads).toBe(1);
    expect(first?.generation).toBe(written.generation);
    expect((await storage.get(object.bucket, object.name))?.metadata?.own).toBe('kept');
  });
});
