import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#shared/adapters/embedded/clock.ts';
import { createInference } from '#shared/adapters/embedded/inference.ts';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createMetrics } from '#shared/adapters/embedded/metrics.ts';
import { withinRequestLimit } from '#shared/adapters/gcp/inference.ts';
import { largeOverHttp2, MAX_HTTP1_BYTES } from '#shared/adapters/gcp/large-requests.ts';
import type { Inference } from '#shared/ports/inference.ts';
import { drawPage } from '#tests/support/draw-page.ts';
import { isReady, type RunningService, startOcrService, until } from '#tests/support/ocr-service.ts';
import { inferenceContract } from './inference.ts';

const drawn = (text: string): Uint8Array =>
  drawPage([{ text, x: 40, y: 90, size: 40 }], { width: 500, height: 160 }).png;
const pageOf = (number: number, image: Uint8Array) => ({ number, image, mediaType: 'image/png', dpi: 150 });

/** The picture with so many bytes more, in small parts that readers pass over (ISO/IEC 15948, 14.2). */
function heavier(png: Uint8Array, bytes: number): Uint8Array {
  const size = 2 ** 18;
  const part = Buffer.alloc(12 + size, 7);
  part.writeUInt32BE(size, 0);
  part.write('fiLl', 4, 'latin1');
  part.writeUInt32BE(crc32(part.subarray(4, 8 + size)), 8 + size);
  const parts = Array.from({ length: Math.ceil(bytes / size) }, () => part);
  // After the signature and the header.
  return Buffer.concat([png.subarray(0, 33), ...parts, png.subarray(33)]);
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Passes connections on, and notes what each began with. */
async function tap(to: string): Promise<{ url: string; begins: string[] }> {
  const begins: string[] = [];
  const server = createServer((near) => {
    const far = connect(Number(new URL(to).port), '127.0.0.1');
    near.once('data', (chunk) => begins.push(chunk.subarray(0, 4).toString('latin1')));
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  return { url: await listening(server), begins };
}

/** Page images here have a few hundred bytes: so every call of more than one is split. */
const SMALL = 600;

describe('an OCR service on Cloud Run', () => {
  const log = createLogger({ level: 'error', clock: systemClock });
  const metrics = createMetrics({ processMetrics: false });
  let service: RunningService;
  let inference: Inference;
  beforeAll(async () => {
    service = await startOcrService({ OCR_QUEUE_PAGES: '3' });
    await until(() => isReady(service.url), 60_000);
    inference = createInference({ service: service.url, log, metrics });
  });
  afterAll(async () => {
    service.process.kill('SIGTERM');
    await service.exited;
  });

  inferenceContract(() => ({ inference: withinRequestLimit(inference), capacity: 4 }));

  it('reads what is too much for one request in several, and answers as one', async () => {
    const pages = [pageOf(3, drawn('Third')), pageOf(1, drawn('First')), pageOf(2, drawn('Second'))];
    const { pages: read } = await withinRequestLimit(inference, SMALL).ocr({ pages });
    expect(read.map(({ number, lines }) => [number, lines[0]?.text])).toEqual([
      [3, 'Third'],
      [1, 'First'],
      [2, 'Second'],
    ]);
  });

  it('sends a page that is too large for HTTP/1 there over HTTP/2, and no other', async () => {
    const { url, begins } = await tap(service.url);
    const client = withinRequestLimit(createInference({ service: url, log, metrics, send: largeOverHttp2() }));
    const large = heavier(drawn('Heavy page'), MAX_HTTP1_BYTES + 4 * 2 ** 20);
    const { pages } = await client.ocr({ pages: [pageOf(1, drawn('Light page')), pageOf(2, large)] });
    expect(pages.map(({ lines }) => lines[0]?.text)).toEqual(['Light page', 'Heavy page']);
    expect(begins).toEqual(['POST', 'PRI ']);
  });

  it('hears over HTTP/2 as well what the service says of the page, and of its limits', async () => {
    const client = createInference({ service: service.url, log, metrics, send: largeOverHttp2(0) });
    const damaged = drawn('Damaged').map((byte, at) => (at >= 100 && at < 120 ? byte ^ 0x55 : byte));
    await expect(client.ocr({ pages: [pageOf(1, damaged)] })).rejects.toMatchObject({ code: 'file_corrupt' });
    const over = 256 * 2 ** 20 + 1;
    await expect(client.ocr({ pages: [pageOf(1, new Uint8Array(over))] })).rejects.toMatchObject({
      code: 'too_many_pixels',
      class: 'permanent',
    });
    const stop = new AbortController();
    const pages = [1, 2, 3].map((number) => pageOf(number, drawn('Given up')));
    const answer = client.ocr({ pages, signal: stop.signal });
    const metricsOf = async () => (await fetch(`${service.url}/metrics`)).text();
    await until(async () => /recto_ocr_queue_pages [1-9]/.test(await metricsOf()));
    stop.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    await until(async () => /recto_ocr_pages_total\{outcome="cancelled"\} [1-9]/.test(await metricsOf()));
    const [page] = (await client.ocr({ pages: [pageOf(1, drawn('Still there'))] })).pages;
    expect(page?.lines[0]?.text).toBe('Still there');
  });

  it('finishes what came over HTTP/2 on SIGTERM, then ends', async () => {
    const other = await startOcrService();
    await until(() => isReady(other.url), 60_000);
    const client = createInference({ service: other.url, log, metrics, send: largeOverHttp2(0) });
    const answer = client.ocr({ pages: [pageOf(1, drawn('Last words'))] });
    await until(async () => /recto_ocr_busy_workers 1/.test(await (await fetch(`${other.url}/metrics`)).text()));
    other.process.kill('SIGTERM');
    expect((await answer).pages[0]?.lines[0]?.text).toBe('Last words');
    expect(await other.exited).toBe(0);
  });
});

describe('a page that is too large for the service', () => {
  const log = createLogger({ level: 'error', clock: systemClock });
  const metrics = createMetrics({ processMetrics: false });
  const page = pageOf(1, new Uint8Array(1000));

  it('fails for good when a proxy refuses its size, whatever it writes', async () => {
    const proxy = createHttpServer((request, response) => {
      request.resume();
      response.writeHead(413, { 'content-type': 'text/html' }).end('<h1>413. Your client issued a large request</h1>');
    });
    const client = createInference({ service: await listening(proxy), log, metrics });
    await expect(client.ocr({ pages: [page] })).rejects.toMatchObject({ code: 'too_many_pixels', class: 'permanent' });
  });

  it('fails for good, saying what to do, when the service speaks no HTTP/2', async () => {
    const old = createHttpServer((_, response) => void response.end('{}'));
    const send = largeOverHttp2(0);
    const client = createInference({ service: await listening(old), log, metrics, send });
    await expect(client.ocr({ pages: [page] })).rejects.toMatchObject({
      code: 'not_configured',
      class: 'permanent',
      message: expect.stringContaining('h2c'),
    });
  });

  it('waits for a service that is down or silent, as any other page does', async () => {
    const silent = await listening(createServer(() => undefined));
    for (const service of ['http://127.0.0.1:9', silent]) {
      const client = createInference({ service, log, metrics, send: largeOverHttp2(0), timeoutMs: 300 });
      await expect(client.ocr({ pages: [page] })).rejects.toMatchObject({
        code: 'dependency_unavailable',
        class: 'transient',
      });
    }
  });
});
