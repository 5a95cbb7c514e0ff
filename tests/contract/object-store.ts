import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { NO_GAPS, type SuiteGaps } from './gaps.ts';

export interface ObjectStoreFixture {
  /** Two tenants' stores over the same buckets. */
  one: ObjectStore;
  other: ObjectStore;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
const coded = (code: string) => expect.objectContaining({ code });

export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
async function* stream(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
const keysOf = async (store: ObjectStore, prefix = ''): Promise<string[]> =>
  (await store.list({ bucket: 'documents', prefix })).objects.map(({ key }) => key);
const text = async (store: ObjectStore, key: string): Promise<string | null> => {
  const found = await store.get({ bucket: 'documents', key });
  return found === null ? null : (await collect(found.body)).toString();
};

export function objectStoreContract(setup: () => Promise<ObjectStoreFixture>, gaps: SuiteGaps = NO_GAPS): void {
  const documents = { bucket: 'documents', mediaType: 'text/plain' } as const;

  it('answers null and false for what is absent', async () => {
    const { one } = await setup();
    const absent = { bucket: 'documents', key: 'no/such' } as const;
    expect(await one.head(absent)).toBeNull();
    expect(await one.get(absent)).toBeNull();
    expect(await one.delete(absent)).toBe(false);
    expect(await one.copy({ from: absent, to: { bucket: 'artifacts', key: 'x' } })).toBeNull();
    expect(await one.list({ bucket: 'documents' })).toEqual({ objects: [], nextCursor: null });
    expect(await one.deletePrefix({ bucket: 'documents', prefix: 'no/' })).toBe(0);
  });

  it('keeps bytes with size, hash and media type', async () => {
    const { one } = await setup();
    const info = await one.put({ ...documents, key: 'a/b.txt', body: stream(bytes('he'), bytes(''), bytes('llo')) });
    expect(info).toMatchObject({
      bucket: 'documents',
      key: 'a/b.txt',
      size: 5,
      sha256: sha256(bytes('hello')),
      mediaType: 'text/plain',
    });
    expect(info.generation).toMatch(/^[1-9][0-9]*$/);
    expect(await one.head({ bucket: 'documents', key: 'a/b.txt' })).toEqual(info);
    const found = await one.get({ bucket: 'documents', key: 'a/b.txt' });
    expect(found?.info).toEqual(info);
    expect(await text(one, 'a/b.txt')).toBe('hello');
  });

  it('keeps an empty object', async () => {
    const { one } = await setup();
    expect(await one.put({ ...documents, key: 'empty', body: new Uint8Array(0) })).toMatchObject({ size: 0 });
    expect(await text(one, 'empty')).toBe('');
  });

  it('gives any range, clipped to the object', async () => {
    const { one } = await setup();
    const data = Uint8Array.from({ length: 1_000 }, (_, index) => index % 251);
    await one.put({ ...documents, key: 'r', body: data });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1_200 }), fc.integer({ min: 0, max: 1_200 }), async (start, end) => {
        const found = await one.get({ bucket: 'documents', key: 'r', range: { start, end } });
        expect(found === null ? null : await collect(found.body)).toEqual(Buffer.from(data.slice(start, end)));
      }),
      { numRuns: 50 },
    );
  });

  it('replaces an object whole and gives it another generation each time', async () => {
    const { one } = await setup();
    const generations = new Set<string>();
    for (const body of ['first', 'second', 'second'])
      generations.add((await one.put({ ...documents, key: 'k', body: bytes(body) })).generation);
    expect(generations.size).toBe(3);
    expect(await text(one, 'k')).toBe('second');
  });

  it('writes only at the expected generation', async () => {
    const { one } = await setup();
    const put = (body: string, ifGeneration: string) =>
      one.put({ ...documents, key: 'k', body: bytes(body), ifGeneration });
    await expect(put('early', '12')).rejects.toEqual(coded('precondition_failed'));
    const first = await put('first', '0');
    await expect(put('again', '0')).rejects.toEqual(coded('precondition_failed'));
    const second = await put('second', first.generation);
    await expect(put('late', first.generation)).rejects.toEqual(coded('precondition_failed'));
    expect(await text(one, 'k')).toBe('second');
    expect(await one.delete({ bucket: 'documents', key: 'k', ifGeneration: second.generation })).toBe(true);
    expect((await put('anew', '0')).size).toBe(4);
  });

  gaps.case('deletes only the expected generation', async () => {
    const { one } = await setup();
    const first = await one.put({ ...documents, key: 'k', body: bytes('first') });
    await one.put({ ...documents, key: 'k', body: bytes('second') });
    await expect(one.delete({ bucket: 'documents', key: 'k', ifGeneration: first.generation })).rejects.toEqual(
      coded('precondition_failed'),
    );
    expect(await text(one, 'k')).toBe('second');
  });

  it('lets exactly one of many creators win', async () => {
    const { one } = await setup();
    const puts = Array.from({ length: 20 }, (_, index) =>
      one.put({ ...documents, key: 'race', body: bytes(`writer ${index}`), ifGeneration: '0' }).then(
        () => index,
        () => null,
      ),
    );
    const winners = (await Promise.all(puts)).filter((index) => index !== null);
    expect(winners).toHaveLength(1);
    expect(await text(one, 'race')).toBe(`writer ${winners[0]}`);
  });

  it('keeps nothing of a body that is too large, has another hash, fails or is aborted', async () => {
    const { one } = await setup();
    await one.put({ ...documents, key: 'k', body: bytes('old') });
    let pulled = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        pulled++;
        yield new Uint8Array(1_000);
      }
    };
    await expect(one.put({ ...documents, key: 'k', body: endless(), maxBytes: 5_000 })).rejects.toEqual(
      coded('file_too_large'),
    );
    expect(pulled).toBe(6);
    const wrong = one.put({ ...documents, key: 'k', body: bytes('new'), expectSha256: sha256(bytes('other')) });
    await expect(wrong).rejects.toEqual(coded('checksum_mismatch'));
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes('half');
      throw new Error('the client went away');
    };
    await expect(one.put({ ...documents, key: 'k', body: broken() })).rejects.toThrow('went away');
    const controller = new AbortController();
    const silent = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes('half');
      controller.abort(new Error('stopped'));
      await new Promise(() => undefined);
    };
    await expect(one.put({ ...documents, key: 'fresh/k', body: silent(), signal: controller.signal })).rejects.toThrow(
      'stopped',
    );
    expect(await text(one, 'k')).toBe('old');
    expect(await keysOf(one)).toEqual(['k']);
    expect(
      (await one.put({ ...documents, key: 'k', body: bytes('abc'), maxBytes: 3, expectSha256: sha256(bytes('abc')) }))
        .size,
    ).toBe(3);
  });

  it('lists by key, in pages, under a prefix', async () => {
    const { one } = await setup();
    const keys = ['a', 'a-b', 'a.txt', 'b/1', 'b/10', 'b/2', 'b0', 'c/d/e', 'c/d.x', 'ä', '\uff5e', '\u{1f600}'];
    for (const key of [...keys].reverse()) await one.put({ ...documents, key, body: bytes(key) });
    const sorted = keys.sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<ObjectStore['list']>> = await one.list({ bucket: 'documents', limit: 5, cursor });
      seen.push(...page.objects.map(({ key }) => key));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(sorted);
    expect(await keysOf(one, 'b')).toEqual(['b/1', 'b/10', 'b/2', 'b0']);
    expect(await keysOf(one, 'b/1')).toEqual(['b/1', 'b/10']);
    expect(await keysOf(one, 'c/d')).toEqual(['c/d.x', 'c/d/e']);
    expect(await keysOf(one, 'nothing/here')).toEqual([]);
    await expect(one.list({ bucket: 'documents', cursor: 'Li4' })).rejects.toEqual(coded('invalid_page_token'));
  });

  it('deletes one object, or all under a prefix', async () => {
    const { one } = await setup();
    for (const key of ['doc_1/a', 'doc_1/b/c', 'doc_1/b/d', 'doc_10/a'])
      await one.put({ ...documents, key, body: bytes(key) });
    expect(await one.delete({ bucket: 'documents', key: 'doc_1/a' })).toBe(true);
    expect(await text(one, 'doc_1/a')).toBeNull();
    expect(await one.deletePrefix({ bucket: 'documents', prefix: 'doc_1/' })).toBe(2);
    expect(await keysOf(one)).toEqual(['doc_10/a']);
  });

  it('copies within and between buckets, and the copy outlives its source', async () => {
    const { one } = await setup();
    const source = await one.put({ ...documents, key: 's', body: bytes('hello') });
    for (const to of [
      { bucket: 'artifacts', key: 'x/y' },
      { bucket: 'incoming', key: 'z' },
    ] as const) {
      const info = await one.copy({ from: { bucket: 'documents', key: 's' }, to });
      expect(info).toMatchObject({ ...to, size: 5, sha256: source.sha256, mediaType: 'text/plain' });
      expect(await one.head(to)).toEqual(info);
    }
    const again = await one.copy({ from: { bucket: 'documents', key: 's' }, to: { bucket: 'artifacts', key: 'x/y' } });
    const third = await one.copy({ from: { bucket: 'documents', key: 's' }, to: { bucket: 'artifacts', key: 'x/y' } });
    expect(third?.generation).not.toBe(again?.generation);
    await one.put({ ...documents, key: 's', body: bytes('changed') });
    await one.delete({ bucket: 'documents', key: 's' });
    const copy = await one.get({ bucket: 'artifacts', key: 'x/y' });
    expect(copy === null ? null : (await collect(copy.body)).toString()).toBe('hello');
  });

  it('shows, changes and deletes nothing of another tenant', async () => {
    const { one, other } = await setup();
    await one.put({ ...documents, key: 'k', body: bytes('mine') });
    expect(await other.head({ bucket: 'documents', key: 'k' })).toBeNull();
    expect(await other.get({ bucket: 'documents', key: 'k' })).toBeNull();
    expect(await other.delete({ bucket: 'documents', key: 'k' })).toBe(false);
    expect(await other.deletePrefix({ bucket: 'documents', prefix: '' })).toBe(0);
    await other.put({ ...documents, key: 'k', body: bytes('theirs') });
    expect(await text(one, 'k')).toBe('mine');
    for (const key of ['../acme/k', '../../documents/acme/k', '/etc/passwd', 'a/../../acme/k'])
      for (const call of [
        () => other.get({ bucket: 'documents', key }),
        () => other.put({ ...documents, key, body: bytes('x') }),
        () => other.delete({ bucket: 'documents', key }),
        () => other.deletePrefix({ bucket: 'documents', prefix: `${key}/../` }),
      ])
        await expect(call()).rejects.toEqual(coded('invalid_request'));
  });

  it('keeps any key that the rules allow', async () => {
    const { one } = await setup();
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((part) => !/[/\p{Cc}]|^\.{1,2}$/u.test(part) && part.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 4 }), async (segments) => {
        const key = `${segments.join('/')}.x`;
        await one.put({ ...documents, key, body: bytes(key) });
        expect(await text(one, key)).toBe(key);
        expect(await keysOf(one, key)).toEqual([key]);
        expect(await one.delete({ bucket: 'documents', key })).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('signs links for a bounded time only', async () => {
    const { one } = await setup();
    const link = { method: 'GET', bucket: 'documents', key: 'k' } as const;
    for (const expiresInSeconds of [0, -1, Number.NaN, 8 * 24 * 3600])
      await expect(one.signUrl({ ...link, expiresInSeconds })).rejects.toEqual(coded('invalid_request'));
    const signed = await one.signUrl({ ...link, method: 'PUT', mediaType: 'application/pdf', expiresInSeconds: 60 });
    expect(signed).toMatchObject({ method: 'PUT', headers: { 'content-type': 'application/pdf' } });
    expect(URL.canParse(signed.url)).toBe(true);
  });
}
