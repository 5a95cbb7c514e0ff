import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ocrComparisonSchema, ocrModelsSchema } from '#shared/domain/ocr-models.ts';
import { drawPage } from '#tests/support/draw-page.ts';
import { isReady, type RunningService, startOcrService, until } from '#tests/support/ocr-service.ts';
import { serviceAnswerSchema } from './schemas.ts';

const TOKEN = 'a-token-for-these-tests';
const ADMIN = 'an-admin-token-for-these';
const page = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(drawPage([{ text, x: 40, y: 80, size: 40 }], { width: 420, height: 130 }).png);

let service: RunningService;
let store: Server;
beforeAll(async () => {
  service = await startOcrService({
    OCR_TOKEN: TOKEN,
    OCR_ADMIN_TOKEN: ADMIN,
    OCR_MODEL: 'ppocr-v6-tiny',
    OCR_MODEL_MEMORY_MB: '650',
    OCR_FETCH_PRIVATE: '1',
  });
  store = createServer((request, response) => {
    if (request.url === '/text') response.end('no image');
    else response.end(page(decodeURIComponent(request.url?.slice(1) ?? '')));
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  await until(() => isReady(service.url), 40_000);
});
afterAll(async () => {
  store.close();
  service.process.kill('SIGKILL');
  await service.exited;
});

const call = (target: string, init: RequestInit & { token?: string; admin?: string } = {}): Promise<Response> => {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${init.token ?? TOKEN}`);
  if (init.admin !== undefined) headers.set('x-recto-admin-token', init.admin);
  return fetch(service.url + target, { ...init, headers });
};
const codeOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  z.object({ code: z.string() }).parse(await response.json()).code,
];
const read = async (target: string, init: RequestInit) =>
  serviceAnswerSchema.parse(await (await call(target, { method: 'POST', ...init })).json());
const readImage = (bytes: Uint8Array<ArrayBuffer>, query = '', headers: Record<string, string> = {}) =>
  read(`/v1/ocr${query}`, { body: bytes, headers: { 'content-type': 'image/png', ...headers } });
const models = async () => ocrModelsSchema.parse(await (await call('/v1/models')).json());
const stateOf = async (id: string) => (await models()).models.find((model) => model.id === id)?.state;

describe('who may call', () => {
  it('is who knows the token, and the admin token besides for what changes the service', async () => {
    expect(await codeOf(await call('/v1/models', { token: 'a-token-for-these-test' }))).toEqual([
      401,
      'unauthenticated',
    ]);
    expect(await codeOf(await fetch(`${service.url}/v1/ocr`, { method: 'POST' }))).toEqual([401, 'unauthenticated']);
    expect(await codeOf(await fetch(`${service.url}/metrics`))).toEqual([401, 'unauthenticated']);
    for (const [method, target] of [
      ['POST', '/v1/models/en/load'],
      ['PUT', '/v1/models/default'],
      ['DELETE', '/v1/cache'],
    ] as const) {
      expect(await codeOf(await call(target, { method }))).toEqual([403, 'forbidden']);
      expect(await codeOf(await call(target, { method, admin: 'wrong' }))).toEqual([403, 'forbidden']);
    }
  });

  it('is anybody where no harm can be done', async () => {
    for (const target of ['/healthz', '/readyz', '/openapi.json'])
      expect((await fetch(service.url + target)).status).toBe(200);
    expect(await codeOf(await call('/v1/nothing'))).toEqual([404, 'not_found']);
    expect(await codeOf(await call('/v1/ocr'))).toEqual([405, 'method_not_allowed']);
  });
});

describe('the description', () => {
  it('names every route with its parameters, bodies and answers', async () => {
    const described = z
      .looseObject({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.looseObject({}))) })
      .parse(await (await fetch(`${service.url}/openapi.json`)).json());
    expect(described.openapi).toBe('3.1.0');
    const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(operations).toEqual(
      expect.arrayContaining(['post /v1/ocr', 'post /v1/ocr/compare', 'put /v1/models/default', 'delete /v1/cache']),
    );
    const references = [...JSON.stringify(described).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, to]) => to ?? '');
    for (const to of references) {
      const found = to
        .split('/')
        .slice(1)
        .reduce<unknown>(
          (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
          described,
        );
      expect(found, to).toBeDefined();
    }
  });
});

describe('models', () => {
  it('are loaded when a request names them, and make room for one another', async () => {
    expect([await stateOf('ppocr-v6-tiny'), await stateOf('en')]).toEqual(['loaded', 'absent']);
    const answer = await readImage(page('By name'), '?model=en');
    expect([answer.model, answer.pages[0]?.lines[0]?.text]).toEqual(['ch_PP-OCRv4_det+en_PP-OCRv3_rec', 'By name']);
    expect(await stateOf('en')).toBe('loaded');
    await call('/v1/models/ch/load', { method: 'POST', admin: ADMIN });
    expect([await stateOf('en'), await stateOf('ch'), await stateOf('ppocr-v6-tiny')]).toEqual([
      'absent',
      'loaded',
      'loaded',
    ]);
    const { memoryMb, budgetMb } = await models();
    expect([budgetMb, memoryMb <= 650]).toEqual([650, true]);
  });

  it('are unloaded on demand, but not the default', async () => {
    const unload = (id: string) => call(`/v1/models/${id}/unload`, { method: 'POST', admin: ADMIN });
    expect((await unload('ch')).status).toBe(200);
    expect(await stateOf('ch')).toBe('absent');
    expect(await codeOf(await unload('ppocr-v6-tiny'))).toEqual([409, 'conflict']);
    expect(await codeOf(await unload('none'))).toEqual([404, 'not_found']);
  });

  it('can be switched while the service runs', async () => {
    const asDefault = (id: string) =>
      call('/v1/models/default', { method: 'PUT', admin: ADMIN, body: JSON.stringify({ id }) });
    expect(ocrModelsSchema.parse(await (await asDefault('ppocr-v6-small')).json()).default).toBe('ppocr-v6-small');
    expect((await readImage(page('Switched'))).model).toContain('PP-OCRv6_small_rec');
    await asDefault('ppocr-v6-tiny');
    expect(await codeOf(await asDefault('none'))).toEqual([400, 'invalid_request']);
  });

  it('tell their parts: checksums, licences, precision', async () => {
    const [first] = (await models()).models;
    expect(first?.parts[0]).toMatchObject({ task: 'det', licence: 'Apache-2.0', precision: 'fp32' });
    expect(first?.parts.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
  });

  it('are compared over one page', async () => {
    const compared = await call('/v1/ocr/compare?models=ppocr-v6-tiny,ppocr-v6-small,ppocr-v6-tiny', {
      method: 'POST',
      body: page('Compared twice'),
    });
    const told = ocrComparisonSchema.parse(await compared.json());
    expect(told.models.map(({ id, text }) => [id, text])).toEqual([
      ['ppocr-v6-tiny', 'Compared twice'],
      ['ppocr-v6-small', 'Compared twice'],
    ]);
    for (const { seconds, cost } of told.models) expect(cost).toEqual({ coreSeconds: seconds, gpuSeconds: 0 });
    expect(told.comparisons).toMatchObject([{ other: 'ppocr-v6-small', agreement: 1, differences: [] }]);
    for (const one of ['en', 'en,en']) {
      const alone = await call(`/v1/ocr/compare?models=${one}`, { method: 'POST', body: page('Alone') });
      expect(await codeOf(alone)).toEqual([400, 'invalid_request']);
    }
  });
});

describe('the cache', () => {
  const scoped = (scope: string, more: Record<string, string> = {}) =>
    readImage(page('Read once'), '', { 'x-recto-cache-scope': scope, ...more });

  it('gives a page again to callers of the same scope, and says so', async () => {
    const fresh = await scoped('one');
    const again = await scoped('one');
    expect([fresh.cached, again.cached]).toEqual([false, true]);
    expect({ ...again, cached: false, reads: [] }).toEqual({ ...fresh, reads: [] });
    expect((await scoped('two')).cached).toBe(false);
    expect((await readImage(page('Read once'))).cached).toBe(false);
    expect((await scoped('one', { 'cache-control': 'no-store' })).cached).toBe(false);
    expect((await readImage(page('Read once'), '?model=ppocr-v6-small', { 'x-recto-cache-scope': 'one' })).cached).toBe(
      false,
    );
  });

  it('forgets on demand', async () => {
    const drop = (query = '') => call(`/v1/cache${query}`, { method: 'DELETE', admin: ADMIN });
    expect(await (await drop('?model=ppocr-v6-tiny')).json()).toMatchObject({ dropped: expect.any(Number) });
    expect((await scoped('one')).cached).toBe(false);
    await drop();
    expect(await (await call('/metrics')).text()).toMatch(/recto_ocr_cache_bytes 0\b/);
  });
});

describe('pages that are somewhere else', () => {
  const refer = (pages: readonly object[]) =>
    call('/v1/ocr', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pages }),
    });
  const url = (name: string) => `http://127.0.0.1:${(store.address() as AddressInfo).port}/${name}`;

  it('are fetched, checked and read in their order', async () => {
    const sha256 = createHash('sha256').update(page('Second')).digest('hex');
    const answer = await refer([{ url: url('First') }, { url: url('Second'), sha256, number: 9, dpi: 100 }]);
    const { pages } = serviceAnswerSchema.parse(await answer.json());
    expect(pages.map(({ number, dpi, lines }) => [number, dpi, lines[0]?.text])).toEqual([
      [1, 200, 'First'],
      [9, 100, 'Second'],
    ]);
  });

  it('that are no images, not what they should be, or too many have their codes', async () => {
    expect(await codeOf(await refer([{ url: url('text') }]))).toEqual([415, 'unsupported_media_type']);
    const wrong = { url: url('First'), sha256: '0'.repeat(64) };
    expect(await codeOf(await refer([wrong, wrong]))).toEqual([422, 'checksum_mismatch']);
    expect(await codeOf(await refer([]))).toEqual([400, 'invalid_request']);
  });
});

it('the metrics tell outcomes, stages, batches and waits', async () => {
  await readImage(page('Measured'));
  const metrics = await (await call('/metrics')).text();
  for (const stage of ['decode', 'detect', 'recognize', 'layout'])
    expect(metrics).toMatch(new RegExp(`recto_ocr_stage_seconds_count\\{stage="${stage}"\\} [1-9]`));
  expect(metrics).toMatch(/recto_ocr_pages_total\{outcome="cached"\} [1-9]/);
  for (const name of ['batch_pages_count', 'wait_seconds_count', 'page_seconds_count', 'resident_bytes', 'model_bytes'])
    expect(metrics).toMatch(new RegExp(`recto_ocr_${name} [1-9]`));
});
