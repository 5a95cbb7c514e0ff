import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactId } from '#shared/domain/artifact-id.ts';
import { artifacts, deadLetters } from '#shared/domain/collections.ts';
import { ID_PREFIXES, type IdKind, newId } from '#shared/domain/ids.ts';
import { openApiDocument } from './openapi.ts';
import { allRoutes } from './routes/index.ts';
import { startTestApi, type TestApi, type TestResponse } from './test-api.ts';

interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string }[];
  hasBody: boolean;
  isPublic: boolean;
}

const operations: Operation[] = Object.entries(
  JSON.parse(JSON.stringify(openApiDocument(allRoutes(), { url: 'http://x' }))).paths as Record<
    string,
    Record<
      string,
      { parameters: Operation['parameters']; requestBody?: unknown; security: unknown[]; 'x-recto-access': string }
    >
  >,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters, requestBody, security }]) => ({
    method: method.toUpperCase(),
    path,
    parameters,
    hasBody: requestBody !== undefined,
    isPublic: security.length === 0,
  })),
);

/** The resources that routes name in their paths, by the segment after /v1, with what makes one. */
const MAKERS: Record<string, { kind: IdKind | null; make: (api: TestApi, key: string) => Promise<string> }> = {
  documents: { kind: 'document', make: async (api, key) => (await upload(api, key)).document.id },
  runs: { kind: 'run', make: async (api, key) => (await upload(api, key)).run.id },
  batches: { kind: 'batch', make: (api, key) => create(api, key, '/v1/batches', { name: 'b' }) },
  schedules: {
    kind: 'schedule',
    make: (api, key) =>
      create(api, key, '/v1/schedules', {
        name: 's',
        cron: '0 0 1 1 *',
        target: { kind: 'ingest-prefix', prefix: 'x/' },
      }),
  },
  'api-keys': {
    kind: 'apiKey',
    make: async (api, key) => {
      const made = await send(api, key, 'POST', '/v1/api-keys', { name: 'k', scopes: ['documents:read'] });
      return (await made.json()).apiKey.id;
    },
  },
  'dead-letters': { kind: 'deadLetter', make: (api) => deadLetter(api) },
  policies: { kind: 'policy', make: (api, key) => create(api, key, '/v1/policies', { name: 'p' }) },
  webhooks: {
    kind: 'webhook',
    make: (api, key) => create(api, key, '/v1/webhooks', { url: 'https://93.184.215.14/hook', eventTypes: [] }),
  },
  fields: { kind: null, make: (api, key) => named(api, key, '/v1/fields', { type: 'text' }) },
  templates: { kind: null, make: (api, key) => named(api, key, '/v1/templates', { fields: [] }) },
};

/** These are known by a name that their tenant chose. */
async function named(api: TestApi, key: string, path: string, more: object): Promise<string> {
  const name = `secret_${Math.random().toString(36).slice(2)}`;
  await create(api, key, path, { name, label: 'secret', ...more });
  return name;
}

const send = (api: TestApi, key: string, method: string, target: string, body?: unknown) =>
  api.call(target, {
    key,
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });

async function upload(api: TestApi, key: string) {
  const form = new FormData();
  form.set('file', new File([`secret of acme ${Math.random()}`], 'secret.txt'));
  return (await api.call('/v1/documents', { method: 'POST', key, body: form })).json();
}

async function create(api: TestApi, key: string, path: string, body: unknown): Promise<string> {
  const answer = await send(api, key, 'POST', path, body);
  const made = await answer.json();
  expect(answer.status, `${path}: ${JSON.stringify(made)}`).toBe(201);
  const inner = made.id ?? Object.values<{ id?: string }>(made).find((value) => value?.id !== undefined)?.id;
  return String(inner);
}

async function deadLetter(api: TestApi): Promise<string> {
  const id = newId('deadLetter', Date.now());
  await api.context('acme').ports.store.create(
    deadLetters,
    { id },
    {
      id,
      runId: newId('run', Date.now()),
      documentId: null,
      stepId: 'ocr',
      stepKind: 'ocr',
      part: null,
      input: {},
      error: { code: 'internal', message: 'm', class: 'permanent' },
      attempts: [],
      createdAt: Date.now(),
      status: 'open',
      resolvedAt: null,
      resolvedBy: null,
      redrives: 0,
      redriveAt: null,
    },
  );
  return id;
}

let api: TestApi;
let own: string;
let other: string;

beforeAll(async () => {
  api = await startTestApi();
  await api.tenant('acme');
  await api.tenant('rival');
  own = await api.key('acme');
  other = await api.key('rival');
});
afterAll(() => api.close());

const withIds = operations.filter(
  ({ parameters, isPublic }) => !isPublic && parameters.some((parameter) => parameter.in === 'path'),
);

/** What a caller can see of an answer, with the ids and the request id blotted out. */
async function seen(answer: TestResponse, id: string) {
  const headers = Object.fromEntries(answer.headers);
  for (const name of ['x-request-id', 'ratelimit', 'ratelimit-policy', 'date']) delete headers[name];
  const text = (await answer.text()).replaceAll(id, 'ID').replace(/"requestId":"[^"]+"/, '');
  return { status: answer.status, headers, text };
}

describe('another tenant’s ids', () => {
  it('are tried on every route that takes one', () => {
    expect(withIds.length).toBeGreaterThan(15);
    for (const { path } of withIds) expect(Object.keys(MAKERS), `no maker for ${path}`).toContain(path.split('/')[2]);
  });

  it.each(withIds.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s answers as if they did not exist',
    async (_name, operation) => {
      const maker = MAKERS[operation.path.split('/')[2] ?? ''];
      if (maker === undefined) throw new Error(`no maker for ${operation.path}`);
      const theirs = await maker.make(api, own);
      if (maker.kind !== null) expect(theirs.startsWith(ID_PREFIXES[maker.kind])).toBe(true);
      const ghost = maker.kind === null ? 'no_such_name' : newId(maker.kind, Date.now());
      if (operation.path.includes('/artifacts/')) await withArtifact(theirs);
      const call = (id: string) => {
        const target = operation.path
          .replace('{id}', id)
          .replace('{name}', maker.kind === null ? id : 'text')
          .replace('{deliveryId}', newId('delivery', 1))
          .replace('{version}', '1')
          .concat(QUERIES[`${operation.method} ${operation.path}`] ?? '');
        const body = operation.hasBody ? BODIES[`${operation.method} ${operation.path}`] : undefined;
        return send(api, other, operation.method, target, body);
      };
      const answer = await seen(await call(theirs), theirs);
      expect(answer).toEqual(await seen(await call(ghost), ghost));
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain('secret');
    },
  );

  it('do not work inside bodies, forms and filters either', async () => {
    const { document, run } = await upload(api, own);
    const batchId = await create(api, own, '/v1/batches', { name: 'b', documentIds: [document.id] });
    const ghost = newId('document', Date.now());
    const batch = (id: string) => send(api, other, 'POST', '/v1/batches', { name: 'b', documentIds: [id] });
    expect(await seen(await batch(document.id), document.id)).toEqual(await seen(await batch(ghost), ghost));
    const schedule = (documentId: string) =>
      send(api, other, 'POST', '/v1/schedules', {
        name: 's',
        cron: '@daily',
        target: { kind: 'reprocess', documentId },
      });
    expect(await seen(await schedule(document.id), document.id)).toEqual(await seen(await schedule(ghost), ghost));
    for (const query of [`documents?batchId=${batchId}`, `runs?documentId=${document.id}`, `runs?batchId=${batchId}`])
      expect((await (await send(api, other, 'GET', `/v1/${query}`)).json()).items).toEqual([]);
    const form = new FormData();
    form.set('batchId', batchId);
    form.set('file', new File(['x'], 'x.txt'));
    expect((await api.call('/v1/documents', { method: 'POST', key: other, body: form })).status).toBe(404);
    for (const list of ['documents', 'runs', 'batches', 'api-keys', 'audit-events', 'schedules'])
      expect(await (await send(api, other, 'GET', `/v1/${list}`)).text()).not.toMatch(
        new RegExp(`${document.id}|${run.id}|${batchId}|secret`),
      );
    expect(await (await send(api, other, 'POST', '/v1/reuse/invalidate', { documentId: document.id })).json()).toEqual({
      invalidated: 0,
    });
  });

  it('do not come with an Idempotency-Key that another tenant used', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'shared' } };
    const body = JSON.stringify({ name: 'mine', documentIds: [] });
    const mine = await (await api.call('/v1/batches', { ...init, body, key: own })).json();
    const theirs = await api.call('/v1/batches', { ...init, body, key: other });
    expect(theirs.headers.get('idempotency-replayed')).toBeNull();
    expect((await theirs.json()).id).not.toBe(mine.id);
  });

  it('are refused when a token of a list of theirs is used', async () => {
    await upload(api, own);
    await upload(api, own);
    const page = await (await send(api, own, 'GET', '/v1/documents?pageSize=1')).json();
    const token = encodeURIComponent(page.nextPageToken);
    const answer = await send(api, other, 'GET', `/v1/documents?pageSize=1&pageToken=${token}`);
    expect(await answer.text()).not.toContain('secret');
  });
});

/** And with a required query. */
const QUERIES: Record<string, string> = { 'GET /v1/policies/{id}/diff': '?from=1&to=1' };

/** What a route with a required body is sent, so that it gets as far as looking for the id. */
const BODIES: Record<string, unknown> = {
  'PATCH /v1/policies/{id}': { name: 'p' },
  'POST /v1/policies/{id}/versions': { name: 'p' },
  'POST /v1/policies/{id}/activate': { version: 1 },
  'POST /v1/policies/{id}/test': { text: 'x' },
  'POST /v1/documents/{id}/redaction/review': { accept: true },
  'PATCH /v1/webhooks/{id}': { enabled: false },
  'POST /v1/api-keys/{id}/rotate': {},
};

async function withArtifact(documentId: string): Promise<void> {
  await api.context('acme').ports.store.put(
    artifacts,
    { id: artifactId(documentId, 'text') },
    {
      documentId,
      name: 'text',
      key: `${documentId}/text`,
      mediaType: 'text/plain',
      size: 1,
      sha256: '0',
      runId: 'run_x',
      sensitive: false,
      held: false,
      createdAt: 1,
    },
  );
}
