import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emulatorIdentity } from '#shared/adapters/gcp/google-auth.ts';
import { createGoogleApi } from '#shared/adapters/gcp/google-http.ts';
import { createObjectStore } from '#shared/adapters/gcp/object-store.ts';
import { upload } from '#shared/adapters/gcp/object-upload.ts';
import { createStorage } from '#shared/adapters/gcp/storage-client.ts';
import { crc32c, crc32cBase64 } from '#shared/adapters/support/crc32c.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { collect } from './object-store.ts';

const CHUNK = 256 * 1024;

interface Fault {
  /** Of the request that it befalls, from 1 on. */
  at: number;
  kind: 'cut' | '503' | 'keep-half';
}

/** Cloud Storage's resumable protocol as it is documented, with faults: what a stand-in does not do. */
async function storageServer(faults: Fault[] = []) {
  let kept = Buffer.alloc(0);
  let object: { generation: string; bytes: Buffer; metadata: Record<string, string> } | null = null;
  let metadata: Record<string, string> = {};
  let appends = 0;
  const log: string[] = [];
  const describeObject = () => ({
    name: 'acme/k',
    size: String(object?.bytes.length),
    generation: object?.generation,
    contentType: 'x/y',
    crc32c: crc32cBase64(crc32c(object?.bytes ?? new Uint8Array())),
    timeCreated: '2026-01-01T00:00:00Z',
    metadata: object?.metadata,
  });
  const json = (response: ServerResponse, status: number, value: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const failed = (response: ServerResponse, code: number) => json(response, code, { error: { code, message: 'no' } });

  async function append(request: IncomingMessage, response: ServerResponse) {
    const range = request.headers['content-range'] ?? '';
    const asked = /^bytes (\*|(\d+)-(\d+))\/(\*|\d+)$/.exec(range);
    const answerProgress = () =>
      response.writeHead(308, kept.length === 0 ? {} : { range: `bytes=0-${kept.length - 1}` }).end();
    if (asked?.[1] === '*' && asked[4] === '*') {
      log.push('asked');
      return object === null ? answerProgress() : json(response, 200, describeObject());
    }
    appends += 1;
    const fault = faults.find(({ at }) => at === appends);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const bytes = Buffer.concat(chunks);
    log.push(`${asked?.[2]}+${bytes.length}`);
    if (Number(asked?.[2]) !== kept.length && bytes.length > 0) return failed(response, 400);
    if (fault?.kind === '503') return failed(response, 503);
    const taken = fault === undefined ? bytes : bytes.subarray(0, Math.floor(bytes.length / 2 / CHUNK) * CHUNK);
    kept = Buffer.concat([kept, taken]);
    if (fault?.kind === 'cut') return request.socket.destroy();
    if (fault === undefined && asked?.[4] !== '*') {
      const hash = /crc32c=(\S+)/.exec(String(request.headers['x-goog-hash']))?.[1];
      if (hash !== crc32cBase64(crc32c(kept))) return failed(response, 400);
      object = { generation: '77', bytes: kept, metadata };
      return json(response, 200, describeObject());
    }
    return answerProgress();
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    if (url.pathname === '/session' && request.method === 'PUT') return void append(request, response);
    if (url.pathname === '/session') {
      log.push('cancelled');
      return void response.writeHead(499).end();
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (url.searchParams.get('uploadType') === 'resumable') {
        const wanted = url.searchParams.get('ifGenerationMatch');
        if (wanted !== null && wanted !== (object?.generation ?? '0')) return failed(response, 412);
        ({ metadata } = JSON.parse(Buffer.concat(chunks).toString()));
        kept = Buffer.alloc(0);
        return response.writeHead(200, { location: `${origin}/session` }).end();
      }
      if (object === null) return failed(response, 404);
      const expected = url.searchParams.get('ifGenerationMatch');
      if (expected !== null && expected !== object.generation) return failed(response, 412);
      if (request.method === 'DELETE') {
        object = null;
        return response.writeHead(204).end();
      }
      if (request.method === 'PATCH') object.metadata = JSON.parse(Buffer.concat(chunks).toString()).metadata;
      if (url.searchParams.get('alt') !== 'media') return json(response, 200, describeObject());
      const [, start = '0', end = '0'] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      log.push(`read ${start}-${end}`);
      const part = object.bytes.subarray(Number(start), Number(end) + 1);
      const broken = faults.some(({ at }) => at === -log.filter((line) => line.startsWith('read')).length);
      response.writeHead(206, { 'content-length': part.length });
      if (!broken) return response.end(part);
      response.write(part.subarray(0, part.length / 2), () => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const api = createGoogleApi({
    service: 'Cloud Storage',
    authorize: emulatorIdentity.authorize,
    sleep: async () => undefined,
  });
  const storage = createStorage({ api, origin });
  const clock = createManualClock();
  const buckets = { incoming: 'i', documents: 'd', artifacts: 'a' };
  const signer = { email: async () => 'x', sign: async () => new Uint8Array() };
  const store = createObjectStore({ storage, clock, buckets, signer, signedOrigin: origin }).forTenant('acme');
  return { storage, store, log, bytes: () => object?.bytes ?? null };
}

const data = Buffer.from(Array.from({ length: CHUNK * 3 + 1234 }, (_, i) => (i * 31 + (i >> 8)) % 256));
const object = { bucket: 'd', name: 'acme/k', contentType: 'x/y' };

describe('an upload in a session', () => {
  it('holds the last chunk back, and sends the checksum of all with it', async () => {
    const { storage, log, bytes } = await storageServer();
    await upload({ storage, object, body: data, chunkBytes: CHUNK });
    expect(bytes()?.equals(data)).toBe(true);
    expect(log).toEqual([`0+${CHUNK}`, `${CHUNK}+${CHUNK}`, `${2 * CHUNK}+${CHUNK}`, `${3 * CHUNK}+1234`]);
  });

  it.each([
    ['a connection that is cut', 'cut'],
    ['a server that is busy', '503'],
    ['a server that keeps half', 'keep-half'],
  ] as const)('goes on after %s, from where the server stands', async (_, kind) => {
    const { storage, log, bytes } = await storageServer([{ at: 2, kind }]);
    await upload({ storage, object, body: data, chunkBytes: 2 * CHUNK });
    expect(bytes()?.equals(data)).toBe(true);
    if (kind !== 'keep-half') expect(log).toContain('asked');
  });

  it('is cancelled when the body turns out to be too large, and shows nothing', async () => {
    const { storage, log, bytes } = await storageServer();
    const body = upload({ storage, object, body: data, chunkBytes: CHUNK, maxBytes: data.length - 1 });
    await expect(body).rejects.toMatchObject({ code: 'file_too_large' });
    const stream = async function* () {
      for (let at = 0; at < data.length; at += 50_000) yield data.subarray(at, at + 50_000);
    };
    const streamed = upload({ storage, object, body: stream(), chunkBytes: CHUNK, maxBytes: data.length - 1 });
    await expect(streamed).rejects.toMatchObject({ code: 'file_too_large' });
    expect(log.at(-1)).toBe('cancelled');
    expect(bytes()).toBeNull();
  });

  it('is given up after a number of failures', async () => {
    const { storage } = await storageServer(
      Array.from({ length: 20 }, (_, at) => ({ at: at + 1, kind: '503' as const })),
    );
    await expect(upload({ storage, object, body: data, chunkBytes: CHUNK })).rejects.toMatchObject({
      status: 'UNAVAILABLE',
    });
  }, 60_000);
});

describe('preconditions', () => {
  it('are asked of the server for large bodies and for deletions', async () => {
    const { storage, store } = await storageServer();
    const large = { ...object, ifGeneration: '12' };
    await expect(upload({ storage, object: large, body: data, chunkBytes: CHUNK })).rejects.toMatchObject({
      status: 'FAILED_PRECONDITION',
    });
    await upload({ storage, object: { ...object, ifGeneration: '0' }, body: data, chunkBytes: CHUNK });
    const at = { bucket: 'documents', key: 'k' } as const;
    await expect(store.delete({ ...at, ifGeneration: '12' })).rejects.toMatchObject({
      code: 'precondition_failed',
      details: { generation: '77' },
    });
    expect(await store.delete({ ...at, ifGeneration: '77' })).toBe(true);
  });
});

it('a download that breaks off goes on where it stopped, in the same generation', async () => {
  const { storage, store, log } = await storageServer([{ at: -2, kind: 'cut' }]);
  await upload({ storage, object, body: data, chunkBytes: CHUNK });
  const found = await store.get({ bucket: 'documents', key: 'k' });
  expect(found === null ? null : (await collect(found.body)).equals(data)).toBe(true);
  const reads = log.filter((line) => line.startsWith('read'));
  expect(reads.length).toBeGreaterThan(2);
  expect(reads.at(-1)).not.toBe(reads[1]);
});
