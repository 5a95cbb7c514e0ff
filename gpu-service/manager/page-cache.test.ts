import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { DiskCache } from './disk-cache.ts';
import { PageCache } from './page-cache.ts';

const HOUR = 3_600_000;
let time = 0;
const now = (): number => time;
beforeEach(() => {
  time = Date.now();
});
const page = (text: string, size = 100) => ({
  page: new TextEncoder().encode(text.padEnd(size)),
  model: 'version-1',
  seconds: 0.5,
});
const image = new TextEncoder().encode('the bytes of an image');
const key = { scope: 'tenant', reader: 'en', version: 'v1', dpi: 200 };
const folder = (): string => {
  const made = mkdtempSync(path.join(tmpdir(), 'recto-cache-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

describe('the cache of pages', () => {
  it('finds a page again by its bytes, its scope, the version it was read with and its resolution, or not at all', () => {
    const cache = new PageCache({ bytes: 10_000, ttlMs: HOUR, now });
    const same = cache.keyOf(image, key);
    expect(cache.keyOf(new Uint8Array(image), { ...key })).toBe(same);
    const others = [{ scope: 'other' }, { version: 'v2' }, { dpi: 300 }].map((o) =>
      cache.keyOf(image, { ...key, ...o }),
    );
    expect(new Set([same, ...others, cache.keyOf(image.slice(1), key)]).size).toBe(5);
  });

  it('forgets what is too old', async () => {
    const cache = new PageCache({ bytes: 10_000, ttlMs: HOUR, now });
    await cache.put('k', 'en', page('text'));
    time += HOUR - 1;
    expect((await cache.get('k', 'en'))?.seconds).toBe(0.5);
    time += 1;
    expect(await cache.get('k', 'en')).toBeNull();
    expect(cache.bytes).toBe(0);
  });

  it('holds no more bytes than it may: what was not used for the longest time goes first', async () => {
    const cache = new PageCache({ bytes: 3 * 1400, ttlMs: HOUR, now });
    for (const name of ['a', 'b', 'c']) await cache.put(name, 'en', page(name, 1000));
    await cache.get('a', 'en');
    await cache.put('d', 'en', page('d', 1000));
    const held = await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => (await cache.get(name, 'en')) !== null));
    expect(held).toEqual([true, false, true, true]);
    await cache.put('huge', 'en', page('huge', 9000));
    expect([await cache.get('huge', 'en'), cache.size]).toEqual([null, 3]);
  });

  it('forgets all, or what one model read', async () => {
    const cache = new PageCache({ bytes: 10_000, ttlMs: HOUR, now });
    await cache.put('a', 'en', page('a'));
    await cache.put('b', 'ch', page('b'));
    expect(await cache.drop('en')).toBe(1);
    expect([await cache.get('a', 'en'), (await cache.get('b', 'ch')) !== null]).toEqual([null, true]);
    expect([await cache.drop(), cache.bytes]).toEqual([1, 0]);
  });

  it('that may live for no time keeps nothing', async () => {
    const cache = new PageCache({ bytes: 10_000, ttlMs: 0, now });
    await cache.put('a', 'en', page('a'));
    expect(cache.size).toBe(0);
  });
});

describe('its folder', () => {
  const open = (at: string, bytes = 100_000) => {
    const disk = new DiskCache({ folder: at, bytes, ttlMs: HOUR, now });
    return new PageCache({ bytes: 10_000, ttlMs: HOUR, now, disk });
  };
  const digest = (letter: string): string => letter.repeat(64);

  it('outlives the process', async () => {
    const at = folder();
    await open(at).put(digest('a'), 'en', page('kept'));
    const found = await open(at).get(digest('a'), 'en');
    expect(found).toMatchObject({ model: 'version-1', seconds: 0.5 });
    expect(new TextDecoder().decode(found?.page).trim()).toBe('kept');
    time += HOUR + 1000;
    expect(await open(at).get(digest('a'), 'en')).toBeNull();
    expect(readdirSync(at)).toEqual([]);
  });

  it('is bounded, and forgets by model', async () => {
    const at = folder();
    const cache = open(at, 2_300);
    for (const letter of ['a', 'b', 'c']) await cache.put(digest(letter), 'en', page(letter, 1000));
    expect(readdirSync(at).sort()).toEqual([`en@${digest('b')}`, `en@${digest('c')}`]);
    expect(await cache.drop('ch')).toBe(0);
    await cache.drop('en');
    expect(readdirSync(at)).toEqual([]);
  });

  it('counts what is damaged as not there', async () => {
    const at = folder();
    await open(at).put(digest('a'), 'en', page('cut off'));
    truncateSync(path.join(at, `en@${digest('a')}`), 9);
    expect(await open(at).get(digest('a'), 'en')).toBeNull();
    expect(readdirSync(at)).toEqual([]);
  });
});
