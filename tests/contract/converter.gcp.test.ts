import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConverterService } from '#functions/converter/converter-service.ts';
import { systemClock } from '#shared/adapters/embedded/clock.ts';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createConverter, type RemoteConverter } from '#shared/adapters/gcp/converter.ts';
import { textPdf } from '#tests/corpus/pdf-files.ts';
import { LIMITS, sourceOf, startConverter } from '#tests/support/converter-fixture.ts';
import { converterContract } from './converter.ts';

describe('a converter on Cloud Run', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-converter-'));
  const behind = startConverter(folder, { docWorkers: 2 });
  const log = createLogger({ level: 'error', clock: systemClock });
  const server = createConverterService({ converter: behind, log });
  let url = '';
  let remote: RemoteConverter;
  const seen: string[] = [];
  beforeAll(async () => {
    server.on('stream', (_, headers) => seen.push(headers.authorization ?? ''));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    remote = createConverter({ url, authorize: async () => ({ authorization: 'Bearer identity' }) });
  });
  afterAll(async () => {
    await remote.close();
    server.close();
    await behind.close();
    rmSync(folder, { recursive: true });
  });

  converterContract(async () => remote);

  it('shows who calls with every call', () => {
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen)).toEqual(new Set(['Bearer identity']));
  });

  it('is unavailable while nobody listens, and is used again when somebody does', async () => {
    const away = createConverter({ url: 'http://127.0.0.1:9', authorize: async () => ({}) });
    await expect(away.office()).rejects.toMatchObject({ code: 'dependency_unavailable', class: 'transient' });
    await away.close();
    await remote.close();
    expect(await remote.inspect({ source: sourceOf('words'), limits: LIMITS })).toMatchObject({ encrypted: false });
  });

  it('says so when it does not let the caller in, or has no room', async () => {
    const { createServer } = await import('node:http2');
    let status = 403;
    const strict = createServer((_, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
    const address = strict.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const caller = createConverter({ url: `http://127.0.0.1:${port}`, authorize: async () => ({}) });
    await expect(caller.office()).rejects.toMatchObject({ code: 'not_configured' });
    status = 429;
    await expect(caller.office()).rejects.toMatchObject({ code: 'overloaded', retryAfter: 2 });
    await caller.close();
    strict.close();
  });

  it('ends what is under way when the caller goes away or the reader stops', async () => {
    const pdf = await textPdf(Array.from({ length: 8 }, (_, i) => `page ${i}`));
    for await (const page of remote.renderPages({ pdf: sourceOf(pdf), from: 1, to: 8, dpi: 72, limits: LIMITS }))
      if (page.number === 2) break;
    const stop = new AbortController();
    const rendering = async () => {
      for await (const page of remote.renderPages({
        pdf: sourceOf(pdf),
        from: 1,
        to: 8,
        dpi: 72,
        limits: LIMITS,
        signal: stop.signal,
      }))
        if (page.number === 2) stop.abort(new Error('enough'));
    };
    await expect(rendering()).rejects.toThrow('enough');
  });
});
