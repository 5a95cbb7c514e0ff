import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newApiKey } from '#shared/domain/api-key.ts';
import { tenants } from '#shared/domain/collections.ts';
import { mount } from './api.ts';
import type { HttpEnv } from './kit/http-context.ts';
import type { Route } from './kit/route.ts';
import type { Services } from './services.ts';
import { startTestApi, type TestApi, type TestResponse } from './test-api.ts';

let api: TestApi;
let key: string;

beforeAll(async () => {
  api = await startTestApi();
  await api.tenant('acme');
  key = await api.key('acme');
});
afterAll(() => api.close());

const post = (target: string, body: unknown, init: RequestInit & { key?: string } = { key }) =>
  api.call(target, {
    ...init,
    method: 'POST',
    body: JSON.stringify(body),
    headers: { ...Object.fromEntries(new Headers(init.headers)), 'content-type': 'application/json' },
  });

describe('API keys', () => {
  it('that are missing, mistyped, cut, unknown, huge or in the URL all get the same 401', async () => {
    const wrong = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
    const answers = await Promise.all([
      ...[wrong, key.slice(0, 20), newApiKey(), 'eyJhbGciOiJub25lIn0.e30.', 'x'.repeat(250)].map((text) =>
        api.call('/v1/documents', { key: text }),
      ),
    ]);
    const bodies = await Promise.all(answers.map(async (answer) => ({ ...(await answer.json()), requestId: '' })));
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect(bodies[0]).toMatchObject({ status: 401, code: 'unauthenticated', title: expect.any(String) });
    for (const answer of answers) expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="recto"');
    for (const init of [{}, { headers: { authorization: `Basic ${key}` } }, { key: 'x'.repeat(10_000) }])
      expect((await api.call(`/v1/documents?key=${key}`, init)).status).toBe(401);
  });

  it('are shown once, listed without the key, and end at once when revoked', async () => {
    const made = await (await post('/v1/api-keys', { name: 'ci', scopes: ['documents:read'] })).json();
    expect((await api.call('/v1/documents', { key: made.key })).status).toBe(200);
    const listed = await (await api.call('/v1/api-keys', { key })).text();
    expect(listed).toContain(made.apiKey.id);
    expect(listed).not.toContain(made.key);
    expect(listed).not.toContain('hash');
    expect((await api.call(`/v1/api-keys/${made.apiKey.id}`, { method: 'DELETE', key })).status).toBe(204);
    expect((await api.call('/v1/documents', { key: made.key })).status).toBe(401);
  });

  it('that were revoked behind our back end within a second', async () => {
    const made = await (await post('/v1/api-keys', { name: 'other process', scopes: ['documents:read'] })).json();
    const use = async () => (await api.call('/v1/documents', { key: made.key })).status;
    expect(await use()).toBe(200);
    const { revokeApiKey } = await import('#shared/usecases/api-keys/revoke.ts');
    await revokeApiKey(api.context('acme'), { id: made.apiKey.id });
    const deadline = Date.now() + 1500;
    while ((await use()) === 200 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await use()).toBe(401);
  });

  it('grant only what their maker holds', async () => {
    const manager = await api.key('acme', ['keys:manage']);
    const refused = await post('/v1/api-keys', { name: 'x', scopes: ['documents:original'] }, { key: manager });
    expect(await refused.json()).toMatchObject({ code: 'forbidden', missingScopes: ['documents:original'] });
    expect((await post('/v1/api-keys', { name: 'x', scopes: ['keys:manage'] }, { key: manager })).status).toBe(201);
  });

  it('are replaced at once or with an overlap', async () => {
    const old = await (await post('/v1/api-keys', { name: 'r', scopes: ['documents:read'] })).json();
    const next = await (await post(`/v1/api-keys/${old.apiKey.id}/rotate`, { overlapSeconds: 60 })).json();
    for (const each of [old, next]) expect((await api.call('/v1/documents', { key: each.key })).status).toBe(200);
    const last = await (await api.call(`/v1/api-keys/${next.apiKey.id}/rotate`, { method: 'POST', key })).json();
    expect((await api.call('/v1/documents', { key: next.key })).status).toBe(401);
    expect((await api.call('/v1/documents', { key: last.key })).status).toBe(200);
    expect((await post(`/v1/api-keys/${next.apiKey.id}/rotate`, {})).status).toBe(409);
  });

  it('expire', async () => {
    const expiresAt = Date.now() + 300;
    const made = await (await post('/v1/api-keys', { name: 'e', scopes: ['documents:read'], expiresAt })).json();
    const deadline = Date.now() + 3000;
    let status = 0;
    do status = (await api.call('/v1/documents', { key: made.key })).status;
    while (status === 200 && Date.now() < deadline);
    expect(status).toBe(401);
    expect((await post('/v1/api-keys', { name: 'e', scopes: ['documents:read'], expiresAt: 1 })).status).toBe(400);
  });

  it('are given again for the same Idempotency-Key, though they are stored nowhere in the clear', async () => {
    const init = { key, headers: { 'idempotency-key': 'make-a-key' } };
    const body = { name: 'i', scopes: ['documents:read'] };
    const first = await (await post('/v1/api-keys', body, init)).json();
    const second = await post('/v1/api-keys', body, init);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await second.json()).toEqual(first);
    expect((await (await post('/v1/api-keys', { ...body, name: 'j' }, init)).json()).code).toBe('idempotency_mismatch');
    const { idempotency } = await import('#shared/domain/collections.ts');
    const kept = await api.context('acme').ports.store.query(idempotency, { limit: 100 });
    expect(kept.records.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept.records)).not.toContain(first.key);
  });
});

describe('rate limits', () => {
  it('count by tenant, whatever address or key the calls claim', async () => {
    await api.tenant('slow', { requestsPerSecond: 0.001, requestBurst: 10 });
    const keys = await Promise.all([api.key('slow'), api.key('slow')]);
    const statuses: number[] = [];
    let last: TestResponse | null = null;
    for (let n = 0; n < 12; n++) {
      last = await api.call('/v1/tenant', { key: keys[n % 2] ?? '', headers: { 'x-forwarded-for': `10.0.0.${n}` } });
      statuses.push(last.status);
    }
    expect(statuses).toEqual([...Array(10).fill(200), 429, 429]);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(1);
    expect(last?.headers.get('ratelimit')).toMatch(/^"tenant";r=0;t=\d+$/);
    expect(last?.headers.get('ratelimit-policy')).toMatch(/^"key";q=8;w=\d+, "tenant";q=10;w=\d+$/);
    expect(await last?.json()).toMatchObject({ code: 'rate_limited' });
  });

  it('leave room beside one busy key', async () => {
    await api.tenant('shared', { requestsPerSecond: 0.001, requestBurst: 10 });
    const [busy, other] = [await api.key('shared'), await api.key('shared')];
    const statuses: number[] = [];
    for (let n = 0; n < 9; n++) statuses.push((await api.call('/v1/tenant', { key: busy })).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(8);
    expect((await api.call('/v1/tenant', { key: other })).status).toBe(200);
  });
});

describe('access', () => {
  it('needs the scope that the route declares', async () => {
    const reader = await api.key('acme', ['documents:read']);
    for (const target of [
      '/v1/runs',
      '/v1/api-keys',
      '/v1/audit-events',
      '/v1/usage',
      '/v1/usage/daily',
      '/v1/schedules',
    ]) {
      const answer = await api.call(target, { key: reader });
      expect(await answer.json()).toMatchObject({
        status: 403,
        code: 'forbidden',
        missingScopes: [expect.any(String)],
      });
    }
  });

  it('ends for a suspended tenant', async () => {
    await api.tenant('gone');
    const own = await api.key('gone');
    const { ports } = api.context('gone');
    const found = await ports.store.get(tenants, { id: 'gone' });
    if (found === null) throw new Error('no tenant');
    await ports.store.put(tenants, { id: 'gone' }, { ...found.data, status: 'suspended' });
    expect((await api.call('/v1/documents', { key: own })).status).toBe(403);
  });

  it('is denied by a route that forgot to say who may call it: the program does not start', () => {
    const forgetful = { id: 'x', method: 'get', path: '/v1/x', tag: 't', summary: 's', answers: {} };
    const start = (entry: object) => () => mount(new Hono<HttpEnv>(), [entry as Route], {} as Services);
    expect(start(forgetful)).toThrow(/does not declare who may call it/);
    expect(start({ ...forgetful, access: 'public' })).toThrow(/must not be public/);
  });
});

describe('settings', () => {
  it('are changed by name only: limits and unknown names are refused', async () => {
    const patch = (body: unknown) =>
      api.call('/v1/tenant', {
        method: 'PATCH',
        key,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    expect((await (await patch({ reuseTtlSeconds: 60 })).json()).settings.reuseTtlSeconds).toBe(60);
    for (const body of [{ limits: { maxFileBytes: 1e12 } }, { id: 'other' }, { policyId: 'pol_none' }])
      expect((await patch(body)).status).toBe(400);
  });

  it('stop results from being reused: all of them, or of one content', async () => {
    const before = await (await api.call('/v1/tenant', { key })).json();
    expect(await (await post('/v1/reuse/invalidate', { all: true })).json()).toEqual({ invalidated: null });
    const after = await (await api.call('/v1/tenant', { key })).json();
    expect(after.settings.configRevision).toBe(before.settings.configRevision + 1);
    expect(await (await post('/v1/reuse/invalidate', { sha256: '0'.repeat(64) })).json()).toEqual({ invalidated: 0 });
    expect((await post('/v1/reuse/invalidate', { all: true, sha256: '0'.repeat(64) })).status).toBe(400);
  });
});
