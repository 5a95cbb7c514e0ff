import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#shared/domain/errors.ts';
import { ID_PREFIXES, newId } from '#shared/domain/ids.ts';
import { openApiDocument } from './openapi.ts';
import { allRoutes } from './routes/index.ts';
import { startTestApi, type TestApi, type TestResponse } from './test-api.ts';

type Schema = {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  pattern?: string;
  $ref?: string;
};
interface Operation {
  name: string;
  method: string;
  path: string;
  parameters: { name: string; in: string; schema: Schema }[];
  body: Schema | null;
}

const document = JSON.parse(JSON.stringify(openApiDocument(allRoutes(), { url: 'http://x' })));
const operations: Operation[] = Object.entries<Record<string, never>>(document.paths).flatMap(([path, methods]) =>
  Object.entries<{ parameters: never[]; requestBody?: { content: Record<string, { schema: Schema }> } }>(methods).map(
    ([method, entry]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters: entry.parameters,
      body: entry.requestBody?.content['application/json']?.schema ?? null,
    }),
  ),
);

const HOSTILE = [
  '',
  ' ',
  '\u0000',
  '%',
  '%2e%2e%2f',
  '../../etc/passwd',
  '..\\..\\x',
  "' OR 1=1 --",
  '"; DROP TABLE records; --',
  '{{7*7}}',
  '$' + '{jndi:ldap://x}',
  '<script>alert(1)</script>',
  '\r\nX-Injected: 1',
  '\u001b[31m',
  '\ud800',
  '\u202e',
  'NaN',
  '1e400',
  '-0',
  '9007199254740993',
  '__proto__',
  'constructor',
  'null',
  'a'.repeat(5000),
];
const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 60 }));
const id = fc.constantFrom(...Object.keys(ID_PREFIXES)).map((kind) => newId(kind as keyof typeof ID_PREFIXES, 1));
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  hostile,
  fc.constantFrom<unknown>({ __proto__: 1 }, [], {}, 1e21, -1, 0.5, 2 ** 53, null),
);

/** A value of the schema most of the time, now and then anything at all. */
function arbitrary(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: fitting(schema, depth) }, { weight: 1, arbitrary: anything });
}

function fitting(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (depth > 4) return anything;
  if (schema.$ref !== undefined)
    return fitting(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth + 1);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => arbitrary(choice, depth + 1)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') {
    const extra = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null;
    const known = fc.record(
      Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, of]) => [name, arbitrary(of, depth + 1)])),
      { requiredKeys: [] },
    );
    const more =
      extra === null
        ? fc.dictionary(hostile, anything, { maxKeys: 1 })
        : fc.dictionary(hostile, arbitrary(extra, depth + 1), { maxKeys: 3 });
    return fc.oneof(
      known,
      fc.tuple(known, more).map(([a, b]) => ({ ...b, ...a })),
    );
  }
  if (type === 'array') return fc.array(arbitrary(schema.items ?? {}, depth + 1), { maxLength: 4 });
  if (type === 'integer' || type === 'number') return fc.oneof(fc.integer(), fc.double(), fc.maxSafeInteger());
  if (type === 'boolean') return fc.boolean();
  if (type === 'string')
    return schema.pattern === undefined ? fc.oneof(fc.string({ minLength: 1, maxLength: 30 }), hostile) : id;
  return anything;
}

const headers = fc.dictionary(
  fc.constantFrom(
    'idempotency-key',
    'x-request-id',
    'range',
    'if-none-match',
    'last-event-id',
    'content-encoding',
    'accept',
    'x-forwarded-for',
    'user-agent',
    'content-type',
  ),
  // What a header can hold at all: a client refuses to send the rest.
  fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
  { maxKeys: 3 },
);

const request = (operation: Operation) =>
  fc.record({
    path: fc.tuple(
      ...operation.parameters
        .filter((p) => p.in === 'path')
        .map((p) => fc.tuple(fc.constant(p.name), fc.oneof(id, hostile))),
    ),
    query: fc.tuple(
      ...operation.parameters
        .filter((p) => p.in === 'query')
        .map((p) => fc.option(fc.tuple(fc.constant(p.name), arbitrary(p.schema)), { nil: null })),
    ),
    noise: fc.option(fc.tuple(hostile, hostile), { nil: null, freq: 4 }),
    headers,
    body:
      operation.body === null
        ? fc.constant(null)
        : arbitrary(operation.body).map((value) => JSON.stringify(value) ?? ''),
    raw: fc.option(fc.uint8Array({ maxLength: 200 }), { nil: null, freq: 6 }),
  });

let api: TestApi;
let key: string;

beforeAll(async () => {
  api = await startTestApi();
  await api.tenant('acme');
  key = await api.key('acme');
});
afterAll(() => api.close());

const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

/** A list is the name repeated. */
const queryValues = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.flatMap((item) => queryValues(item))
    : [value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value)];

/** Not the caller's doing: nothing runs behind these in this test. */
const UNAVAILABLE = new Set(['dependency_unavailable', 'conversion_unavailable', 'not_configured', 'delivery_failed']);

async function check(answer: TestResponse): Promise<void> {
  // A stream has no end while its run has none.
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer.body?.cancel();
  const text = await answer.text();
  expect(text).not.toMatch(/node_modules|\.ts:\d+|\bat \w+ \(|SQLITE|ENOENT/);
  if (answer.status < 400) return;
  if (answer.status === 503 && text.includes('"ready":')) return;
  expect(answer.headers.get('content-type'), text).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(text);
  if (answer.status >= 500) expect([...UNAVAILABLE], text).toContain(problem.code);
  expect(Object.keys(ERROR_CODES)).toContain(problem.code);
  expect(problem).toMatchObject({
    status: answer.status,
    title: ERROR_CODES[problem.code as keyof typeof ERROR_CODES].title,
    type: `/docs/errors#${problem.code}`,
    detail: expect.stringMatching(/\S{2}/),
    requestId: answer.headers.get('x-request-id'),
  });
}

describe('any request', () => {
  it.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s gets a typed answer, never a 5xx of ours',
    async (_name, operation) => {
      await fc.assert(
        fc.asyncProperty(request(operation), async (made) => {
          let target = operation.path;
          for (const [name, value] of made.path) target = target.replace(`{${name}}`, encode(value) || '%20');
          const query = [...made.query, made.noise].flatMap((pair) =>
            pair === null ? [] : queryValues(pair[1]).map((value) => `${encode(pair[0])}=${encode(value)}`),
          );
          const body = operation.method === 'GET' ? null : made.raw !== null ? Buffer.from(made.raw) : made.body;
          const init: RequestInit = {
            method: operation.method,
            headers: { ...(body === null ? {} : { 'content-type': 'application/json' }), ...made.headers },
            ...(body === null ? {} : { body }),
          };
          await check(await api.call(`${target}${query.length === 0 ? '' : `?${query.join('&')}`}`, { ...init, key }));
        }),
        { numRuns: 40 },
      );
    },
    60_000,
  );

  it('to a path or with a method that does not exist is a problem too', async () => {
    for (const target of [
      '/v1/nothing',
      '/v1',
      '/v1/documents/',
      '//',
      '/%',
      '/v1/documents/%zz',
      '/_push/steps/ocr',
      '/.env',
    ])
      await check(await api.call(target, { key }));
    expect((await api.call('/v1/nothing')).status).toBe(404);
    const wrong = await api.call('/v1/documents', { method: 'PUT', key });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD']);
    expect((await api.call(`/v1/documents?x=${'a'.repeat(9000)}`, { key })).status).toBe(414);
    for (const method of ['OPTIONS', 'PATCH', 'PROPFIND']) await check(await api.call('/v1/runs', { method, key }));
  });
});

describe('bodies', () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, more: Record<string, string> = {}) =>
    api.call('/v1/batches', { method: 'POST', key, body, headers: { 'content-type': 'application/json', ...more } });

  it('that would change what nobody may, or a prototype, are refused by name', async () => {
    for (const name of ['tenantId', 'id', 'createdAt', 'role', 'ownerId', 'constructor']) {
      const answer = await post(JSON.stringify({ name: 'b', [name]: 'x' }));
      const problem = await answer.json();
      expect([answer.status, problem.code]).toEqual([400, 'invalid_request']);
      expect(problem.errors[0].message).toContain(name);
    }
    expect((await post('{"name":"b","__proto__":{"isAdmin":true}}')).status).toBe(400);
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  });

  it('with equal keys count the last one; with numbers beyond a double or broken UTF-8 they are no JSON', async () => {
    expect((await (await post('{"name":"a","name":"b"}')).json()).name).toBe('b');
    for (const body of ['{"name":1e400}', '{"name":"\\ud800', Uint8Array.of(0x7b, 0xff, 0x7d), '', '[[[[', 'null'])
      expect((await post(body)).status).toBe(400);
    expect((await post(JSON.stringify({ name: 'b', documentIds: 'x'.repeat(1100 * 1024) }))).status).toBe(413);
  });

  it('that are compressed, or of another type, are not read', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    const upload = {
      method: 'POST',
      key,
      body: bomb,
      headers: { 'content-encoding': 'gzip', 'content-type': 'multipart/form-data; boundary=x' },
    };
    expect((await api.call('/v1/documents', upload)).status).toBe(415);
  });

  it('of forms that are none get a 400', async () => {
    const form = (body: string, type: string) =>
      api.call('/v1/documents', { method: 'POST', key, body, headers: { 'content-type': type } });
    const part = (name: string, extra = '') =>
      `--b\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\nx\r\n`;
    const file = part('file', '; filename="x"');
    for (const [body, type] of [
      [file, 'multipart/form-data'],
      [file, 'multipart/form-data; boundary=b'],
      [`${part('a').repeat(10_000)}${file}--b--`, 'multipart/form-data; boundary=b'],
      [`${part('metadata')}${part('metadata')}${file}--b--`, 'multipart/form-data; boundary=b'],
      [`${file}${file}--b--`, 'multipart/form-data; boundary=b'],
      [`${part('a')}--b--`, 'multipart/form-data; boundary=b'],
    ] as const)
      expect((await form(body, type)).status, body.slice(0, 60)).toBe(400);
  });

  it('and headers end up in the log as data, never as lines of it', async () => {
    const answer = await api.call('/v1/documents/%0d%0alevel:error%1b[31m', {
      key,
      headers: { 'user-agent': '\u009b31mx', 'x-request-id': 'a b' },
    });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
  });
});
