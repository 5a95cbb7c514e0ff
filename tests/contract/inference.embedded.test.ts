import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#shared/adapters/embedded/clock.ts';
import { createInference } from '#shared/adapters/embedded/inference.ts';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createMetrics } from '#shared/adapters/embedded/metrics.ts';
import { createServiceProcess, type ServiceProcessOptions } from '#shared/adapters/embedded/service-process.ts';
import { createEngineRegistry } from '#shared/adapters/inference/engine-registry.ts';
import { drawPage } from '#tests/support/draw-page.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { OCR_ENTRY, until } from '#tests/support/ocr-service.ts';
import { inferenceContract } from './inference.ts';

const log = createLogger({ level: 'error', clock: systemClock });
const metrics = createMetrics();
const env = { OCR_WORKERS: '1', OCR_QUEUE_PAGES: '3' };
const start = (options: Partial<ServiceProcessOptions> = {}) =>
  createServiceProcess({ entry: OCR_ENTRY, clock: systemClock, log, env, ...options });
const page = {
  number: 1,
  image: drawPage([{ text: 'Hello again', x: 40, y: 90, size: 40 }], { width: 400, height: 160 }).png,
  mediaType: 'image/png',
  dpi: 150,
};
const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    // No such process: what is asked.
    return true;
  }
};

const service = start();
const inference = createInference({ service, log, metrics });
afterAll(() => service.stop());

describe('the registry of engines, over it', () => {
  const engines = [{ id: 'recto-ppocr', required: true, inference }];
  const registry = createEngineRegistry({ engines, failover: 'none', clock: systemClock, log, metrics });
  inferenceContract(() => ({ inference: registry, capacity: 4 }));
});

describe('the embedded inference', () => {
  inferenceContract(() => ({ inference, capacity: 4 }));

  it('lists its models, and tells where two of them differ', async () => {
    const { catalogue } = inference;
    const listed = await catalogue?.models();
    expect(listed?.models.find(({ id }) => id === listed.default)).toMatchObject({ default: true, state: 'loaded' });
    const compared = await catalogue?.compare({ image: page.image, dpi: 150, models: ['ppocr-v6-tiny', 'en'] });
    expect(compared?.models.map(({ id, text }) => [id, text])).toEqual([
      ['ppocr-v6-tiny', 'Hello again'],
      ['en', 'Hello again'],
    ]);
    expect(compared?.comparisons).toMatchObject([{ agreement: 1, characterError: 0, differences: [] }]);
    await expect(catalogue?.compare({ image: page.image, dpi: 150, models: ['en'] })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('reads again after its process was killed', async () => {
    await inference.ocr({ pages: [page] });
    const first = service.pid();
    if (first === null) throw new Error('the service should run');
    process.kill(first, 'SIGKILL');
    await until(() => service.pid() !== first);
    const { pages } = await inference.ocr({ pages: [page] });
    expect(pages[0]?.lines[0]?.text).toBe('Hello again');
    expect(service.pid()).not.toBe(first);
  });

  it('tells a killed process from a bad page: the call under way may be tried again', async () => {
    await service.url();
    const calls = Promise.allSettled([1, 2, 3].map((number) => inference.ocr({ pages: [{ ...page, number }] })));
    process.kill(service.pid() ?? 0, 'SIGKILL');
    const failed = (await calls).filter((call) => call.status === 'rejected');
    expect(failed.length).toBeGreaterThan(0);
    for (const call of failed)
      expect(call.reason).toMatchObject({ code: 'dependency_unavailable', class: 'transient' });
  });

  it('starts its process at first need and ends it when idle', async () => {
    const clock = createManualClock();
    const lazy = start({ clock, idleShutdownMs: 60_000 });
    onTestFinished(() => lazy.stop());
    const mine = createInference({ service: lazy, log, metrics });
    expect([lazy.state(), lazy.pid()]).toEqual(['stopped', null]);
    await mine.ready();
    expect(lazy.pid()).toBeNull();
    await mine.ocr({ pages: [page] });
    const pid = lazy.pid() ?? 0;
    await clock.advance(59_000);
    expect(gone(pid)).toBe(false);
    await clock.advance(2_000);
    await until(() => gone(pid));
    expect(lazy.state()).toBe('stopped');
  });

  it('says so when the process cannot start, and waits longer each time', async () => {
    const clock = createManualClock();
    const broken = start({ clock, env: { OCR_WORKERS: 'none' } });
    onTestFinished(() => broken.stop());
    await expect(broken.url()).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await expect(createInference({ service: broken, log, metrics }).ready()).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
    for (const wait of [250, 500, 1000, 2000]) {
      const next = broken.url();
      next.catch(() => {});
      await clock.advance(wait);
      await expect(next).rejects.toMatchObject({ code: 'dependency_unavailable' });
    }
    await expect(broken.url()).rejects.toMatchObject({ code: 'dependency_unavailable', retryAfter: 4 });
  });

  it('leaves no orphan when the platform itself is killed', async () => {
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '-e',
        `import { createServiceProcess } from '#shared/adapters/embedded/service-process.ts';
         import { systemClock } from '#shared/adapters/embedded/clock.ts';
         import { createLogger } from '#shared/adapters/embedded/logger.ts';
         const log = createLogger({ level: 'error', clock: systemClock });
         const service = createServiceProcess({ entry: ${JSON.stringify(OCR_ENTRY)}, clock: systemClock, log, env: { OCR_WORKERS: '1' } });
         await service.url();
         console.log(service.pid());
         setInterval(() => {}, 1000);`,
      ],
      { cwd: path.resolve(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = await new Promise<number>((resolve) =>
      createInterface({ input: parent.stdout }).once('line', (line) => resolve(Number(line))),
    );
    expect(gone(pid)).toBe(false);
    parent.kill('SIGKILL');
    await until(() => gone(pid));
  });
});

describe('an OCR service elsewhere', () => {
  /** A server that answers as told: what a proxy or another version in its place may do. */
  async function answering(status: number, headers: Record<string, string>, body: string) {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return createInference({ service: `http://127.0.0.1:${port}/`, log, metrics, timeoutMs: 2_000 });
  }

  it('that is down is unavailable', async () => {
    const down = createInference({ service: 'http://127.0.0.1:9', log, metrics });
    await expect(down.ocr({ pages: [page] })).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await expect(down.ready()).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });

  it('that asks to slow down is overloaded, for as long as it says', async () => {
    for (const status of [429, 503]) {
      const busy = await answering(status, { 'retry-after': '17' }, 'busy');
      await expect(busy.ocr({ pages: [page] })).rejects.toMatchObject({ code: 'overloaded', retryAfter: 17 });
    }
  });

  it('that fails, or answers what we cannot read, is unavailable', async () => {
    for (const [status, body] of [
      [500, '{"code":"internal"}'],
      [200, '<html>'],
      [200, '{"pages":1}'],
    ] as const)
      await expect((await answering(status, {}, body)).ocr({ pages: [page] })).rejects.toMatchObject({
        code: 'dependency_unavailable',
      });
  });

  it('that crashed over a page says so: another try of the page may do the same', async () => {
    const crashed = await answering(500, {}, '{"code":"worker_crashed","detail":"x"}');
    await expect(crashed.ocr({ pages: [page] })).rejects.toMatchObject({ code: 'worker_crashed', class: 'poison' });
  });
});
