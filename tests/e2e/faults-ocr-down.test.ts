import { createServer, request, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChaosFile, chaosBatch } from '../chaos/batch.ts';
import { ended, getDocument, getRun, metric, readiness, sendOk, textOf } from '../support/documents-client.ts';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';
import { type RunningService, startOcrService } from '../support/ocr-service.ts';

/** Stands where the OCR service should be: hangs up on everyone, until it is told to pass requests on. */
class Line {
  passing: URL | null = null;
  /** Pages that were asked for while the service was down. */
  refused = 0;
  readonly #server: Server = createServer((req, res) => {
    if (this.passing === null) {
      if (req.method === 'POST') this.refused += 1;
      req.socket.destroy();
      return;
    }
    const { method, headers, url } = req;
    const onward = request(new URL(url ?? '/', this.passing), { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const line = new Line();
let platform: LocalPlatform;
let service: RunningService | null = null;
let files: ChaosFile[];
beforeAll(async () => {
  platform = await startLocalPlatform({ RECTO_OCR_URL: await line.open() });
  files = await chaosBatch(12, 'ocr');
});
afterAll(async () => {
  await platform?.dispose();
  line.close();
  service?.process.kill('SIGTERM');
  await service?.exited;
});

describe('an OCR service that is down for a while', () => {
  const images: string[] = [];
  const open = () => metric(platform, 'recto_breaker_open', 'process="front"', 'dependency="ocr"');
  const pictures = () => files.filter((file) => file.name.endsWith('.png'));

  test('opens the breaker: pages to be read wait, and are not asked for again and again', async () => {
    for (const file of [...pictures(), ...(await chaosBatch(8, 'more')).filter((each) => each.name.endsWith('.png'))])
      images.push(await sendOk(platform, file.name, file.bytes));
    await eventually(open, (value) => value === 1, 40_000);
    const asked = line.refused;
    // Threshold, what was under way beside it, and the probes so far.
    expect(asked).toBeLessThanOrEqual(6);
    expect(platform.output()).toContain('a circuit breaker changed');
  }, 60_000);

  test('is told by readyz, which stays ready: documents can still be taken in', async () => {
    const ready = await readiness(platform);
    expect(ready.dependencies.find((each) => each.name === 'ocr')).toMatchObject({ ok: false });
    expect([ready.status, ready.ready]).toEqual([200, true]);
  });

  test('holds up no document that needs no OCR', async () => {
    const text = files.find((file) => file.name.endsWith('.pdf'));
    if (text === undefined) throw new Error('the batch has no PDF');
    const id = await sendOk(platform, text.name, text.bytes);
    expect(await ended(platform, id)).toMatchObject({ status: 'ready' });
    for (const image of images) expect((await getDocument(platform, image)).status).toBe('processing');
  }, 90_000);

  test('and comes back: everything that waited finishes, with nothing lost', async () => {
    service = await startOcrService();
    line.passing = new URL(service.url);
    for (const [n, id] of images.entries()) {
      const document = await ended(platform, id, 90_000);
      expect(document).toMatchObject({ status: 'ready', error: null });
      if (n < pictures().length) expect(await textOf(platform, id)).toContain(pictures()[n]?.marker);
      const run = await getRun(platform, document.runId ?? '');
      expect(run.status).toBe('succeeded');
    }
    await eventually(open, (value) => value === 0, 10_000);
    const letters = await platform.api('/v1/dead-letters');
    expect(await letters.json()).toMatchObject({ items: [] });
  }, 120_000);
});
