import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ByteBudget } from './body.ts';
import { type FetchOptions, fetchPage } from './fetch-page.ts';

const BYTES = Buffer.from('bytes of a page');
let store: Server;
let base: string;
beforeAll(async () => {
  store = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://store');
    if (pathname === '/page') response.end(BYTES);
    else if (pathname === '/moved') response.writeHead(302, { location: '/page' }).end();
    else if (pathname === '/broken') response.writeHead(503).end();
    else if (pathname === '/large') response.end(Buffer.alloc(2_000_000));
    else if (pathname === '/slow') response.write('a');
    else response.writeHead(403).end();
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
});
afterAll(() => {
  store.closeAllConnections();
  store.close();
});

const budget = new ByteBudget(1_500_000);
const get = (url: string, options: Partial<FetchOptions> & { sha256?: string } = {}) =>
  fetchPage(
    { url, sha256: options.sha256 },
    { maxBytes: 1000, timeoutMs: 2000, allowPrivate: true, budget, signal: new AbortController().signal, ...options },
  );

describe('a page that is somewhere else', () => {
  it('is fetched as it is, and compared with its checksum', async () => {
    const sha256 = createHash('sha256').update(BYTES).digest('hex');
    const { bytes, release } = await get(`${base}/page?signature=abc`, { sha256 });
    expect(Buffer.from(bytes)).toEqual(BYTES);
    release();
    await expect(get(`${base}/page`, { sha256: '0'.repeat(64) })).rejects.toMatchObject({ code: 'checksum_mismatch' });
  });

  it.each([
    ['/moved', 'invalid_request'],
    ['/expired', 'invalid_request'],
    ['/broken', 'dependency_unavailable'],
    ['/large', 'file_too_large'],
  ])('behind %s is not read: %s', async (path, code) => {
    await expect(get(base + path)).rejects.toMatchObject({ code });
  });

  it('that does not come in time, or whose caller goes away, is given up', async () => {
    await expect(get(`${base}/slow`, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'dependency_unavailable' });
    const caller = new AbortController();
    const waiting = get(`${base}/slow`, { signal: caller.signal });
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gives back the memory that it held, however it ends', () => {
    // All of it is free again: nothing above has kept any.
    expect(() => budget.take(1_500_000)).not.toThrow();
    expect(() => budget.take(1)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    budget.giveBack(1_500_000);
  });

  it.each([
    'http://example.com/page',
    'https://user:secret@example.com/page',
    'https://127.0.0.1/page',
    'https://2130706433/page',
    'https://[::ffff:10.0.0.1]/page',
    'https://169.254.169.254/computeMetadata/v1/',
    'https://metadata.google.internal/',
    'https://localhost/page',
    'file:///etc/passwd',
    'no url',
  ])('at %s is not asked for', async (url) => {
    await expect(get(url, { allowPrivate: false })).rejects.toMatchObject({ code: 'url_not_allowed' });
  });
});
