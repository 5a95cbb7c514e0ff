import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactId } from '#shared/domain/artifact-id.ts';
import { artifacts, counters, documents, idempotency, runs } from '#shared/domain/collections.ts';
import { idempotencyRecordId } from '#shared/usecases/idempotency/record-id.ts';
import { readTotals } from '#shared/usecases/quotas/counters.ts';
import { startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let key: string;

beforeAll(async () => {
  api = await startTestApi();
  await api.tenant('acme');
  key = await api.key('acme');
});
afterAll(() => api.close());

const form = (text: string, name = 'note.txt', fields: Record<string, string> = {}): FormData => {
  const data = new FormData();
  for (const [field, value] of Object.entries(fields)) data.set(field, value);
  data.set('file', new File([text], name, { type: 'text/plain' }));
  return data;
};
const upload = (text: string, name?: string, fields?: Record<string, string>, headers: Record<string, string> = {}) =>
  api.call('/v1/documents', { method: 'POST', key, body: form(text, name, fields), headers });
const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

describe('uploading as a form', () => {
  it('answers 202 with the document and its run, without where the bytes are kept', async () => {
    const response = await upload('some plain text to read', 'note.txt', { metadata: '{"case":"7"}', priority: '2' });
    const body = await response.json();
    expect(response.status, JSON.stringify(body)).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/documents/${body.document.id}`);
    expect(body).toMatchObject({
      document: { filename: 'note.txt', status: 'processing', metadata: { case: '7' }, size: 23 },
      run: { status: 'queued', documentId: body.document.id, priority: 2, workflow: { id: 'process-document' } },
      reused: false,
    });
    expect(JSON.stringify(body)).not.toMatch(/sourceKey|passwordSecret/);
    const read = await api.call(`/v1/documents/${body.document.id}`, { key });
    expect(await read.json()).toEqual(body.document);
  });

  it('refuses unknown fields and what metadata may not be, and keeps nothing of the file', async () => {
    const before = await readTotals(api.context('acme').ports.store);
    const wrong: Record<string, string>[] = [
      { tenantId: 'other' },
      { metadata: '[1]' },
      { metadata: '{"a":1}' },
      { priority: '99' },
    ];
    for (const fields of wrong) {
      const response = await upload('x', 'x.txt', fields);
      expect(response.status).toBe(400);
    }
    expect((await upload('')).status).toBe(422);
    expect(await readTotals(api.context('acme').ports.store)).toEqual(before);
    const listed = await api.context('acme').ports.objects.list({ bucket: 'documents', limit: 1000 });
    const known = await api.context('acme').ports.store.query(documents, { limit: 1000 });
    expect(listed.objects.map((object) => object.key).sort()).toEqual(
      known.records.map((record) => record.data.sourceKey).sort(),
    );
  });

  it('answers the same request with one key once, whether it repeats or comes twice at a time', async () => {
    const headers = { 'idempotency-key': 'upload-1' };
    const [first, second] = await Promise.all([
      upload('once only', 'a.txt', {}, headers),
      upload('once only', 'a.txt', {}, headers),
    ]);
    const answers = [first, second].sort((a, b) => a.status - b.status);
    expect(answers.map((answer) => answer.status)).toEqual([202, 409]);
    expect(answers[1]?.headers.get('retry-after')).toBe('2');
    const done = await answers[0]?.json();
    const again = await upload('once only', 'a.txt', {}, headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(done);
    for (const other of [upload('other bytes', 'a.txt', {}, headers), upload('once only', 'b.txt', {}, headers)])
      expect(await (await other).json()).toMatchObject({ code: 'idempotency_mismatch', status: 409 });
  });

  it('carries an upload on that a crash cut off after the document was made', async () => {
    const ctx = api.context('acme');
    const headers = { 'idempotency-key': 'upload-2' };
    const made = await (await upload('survives a crash', 'c.txt', {}, headers)).json();
    const listed = await (await api.call('/v1/api-keys', { key })).json();
    const keyIds: string[] = listed.items.map((item: { id: string }) => item.id);
    for (const id of keyIds) {
      const record = idempotencyRecordId({ ...ctx, principal: { ...ctx.principal, id } }, 'upload-2');
      if ((await ctx.ports.store.get(idempotency, { id: record })) === null) continue;
      // As it stands when the process dies between taking the document in and keeping the answer.
      const body = JSON.stringify({ leaseUntil: 0, documentId: made.document.id });
      const expiresAt = Date.now() + 60_000;
      await ctx.ports.store.put(
        idempotency,
        { id: record },
        { requestDigest: '', state: 'running', status: null, body, documentId: made.document.id, expiresAt },
      );
    }
    const again = await (await upload('survives a crash', 'c.txt', {}, headers)).json();
    expect(again.document.id).toBe(made.document.id);
    expect(again.run.id).toBe(made.run.id);
  });
});

describe('uploading to a signed URL', () => {
  it('takes the bytes once, by the token alone', async () => {
    const asked = await api.call('/v1/documents', { ...json({ filename: 'scan.txt', size: 5 }), key });
    expect(asked.status).toBe(201);
    const { document, upload: signed } = await asked.json();
    expect(document.status).toBe('uploading');
    const put = (body: string) => api.call(signed.url, { method: signed.method, headers: signed.headers, body });
    expect((await put('too long for it')).status).toBe(413);
    const done = await put('12345');
    expect(await done.json()).toEqual({ size: 5, sha256: createHash('sha256').update('12345').digest('hex') });
    const again = await put('54321');
    expect(again.status).toBe(412);
    expect((await again.json()).detail).toMatch(/This link has been used/);
    expect((await api.call(signed.url)).status).toBe(404);
    expect((await api.call(`${signed.url}x`, { method: 'PUT', body: '1' })).status).toBe(403);
  });
});

describe('the proof of an erasure', () => {
  it('is there once the document has gone, for whoever may read what was done', async () => {
    const made = await (await upload('to be erased', 'gone.txt')).json();
    const { id } = made.document;
    const proof = `/v1/documents/${id}/erasure`;
    expect((await api.call(proof, { key })).status).toBe(404);
    expect((await api.call(`/v1/documents/${id}`, { method: 'DELETE', key })).status).toBe(204);
    expect((await api.call(`/v1/documents/${id}`, { key })).status).toBe(404);
    const erasure = await (await api.call(proof, { key })).json();
    expect(erasure).toMatchObject({ documentId: id, state: 'erased', cause: 'request', check: { left: { runs: 0 } } });
    expect((await api.call(proof, { key: await api.key('acme', ['documents:read']) })).status).toBe(403);
    await api.tenant('elsewhere');
    expect((await api.call(proof, { key: await api.key('elsewhere') })).status).toBe(404);
  });

  it('is kept although the request that made the document is on record', async () => {
    const headers = { 'idempotency-key': 'erased-later' };
    const made = await (await upload('answered once', 'once.txt', {}, headers)).json();
    await api.call(`/v1/documents/${made.document.id}`, { method: 'DELETE', key });
    const erasure = await (await api.call(`/v1/documents/${made.document.id}/erasure`, { key })).json();
    expect(erasure.held.answers).toBe(1);
    const again = await (await upload('answered once', 'once.txt', {}, headers)).json();
    expect(again.document.id).not.toBe(made.document.id);
  });
});

describe('artifacts', () => {
  const text = 'the redacted text';
  const sha256 = createHash('sha256').update(text).digest('hex');

  async function withArtifact(sensitive: boolean, mediaType = 'text/plain', filename = 'Prüf\u0001ung.txt') {
    const { document } = await (await upload(`artifact ${Math.random()}`, filename)).json();
    const { ports } = api.context('acme');
    const artifactKey = `${document.id}/x/redacted.txt`;
    const info = await ports.objects.put({ bucket: 'artifacts', key: artifactKey, body: Buffer.from(text), mediaType });
    const record = {
      documentId: document.id,
      name: 'pages/1.txt',
      key: artifactKey,
      mediaType,
      size: info.size,
      sha256: info.sha256,
      runId: document.runId,
      sensitive,
      createdAt: 1,
    };
    await ports.store.put(artifacts, { id: artifactId(document.id, record.name) }, record);
    return { document, path: `/v1/documents/${document.id}/artifacts/pages/1.txt` };
  }

  it('come as attachments that no browser runs, whatever they are', async () => {
    const { path, document } = await withArtifact(false, 'image/svg+xml');
    const response = await api.call(path, { key });
    expect(await response.text()).toBe(text);
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="Pr_f.*\.pages-1\.txt"; filename\*=/,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toMatch(/sandbox/);
    expect(response.headers.get('etag')).toBe(`"${sha256}"`);
    const listed = await (await api.call(`/v1/documents/${document.id}/artifacts`, { key })).json();
    expect(listed.items).toEqual([expect.objectContaining({ name: 'pages/1.txt', sha256, sensitive: false })]);
    expect(listed.items[0]).not.toHaveProperty('key');
  });

  it('come in ranges and not at all when the caller has them', async () => {
    const { path } = await withArtifact(false);
    const get = (headers: Record<string, string>) => api.call(path, { key, headers });
    const part = await get({ range: 'bytes=4-11' });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      'redacted',
      `bytes 4-11/${text.length}`,
    ]);
    const beyond = await get({ range: 'bytes=900-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${text.length}`]);
    expect((await get({ 'if-none-match': `"${sha256}"` })).status).toBe(304);
    expect((await get({ range: 'bytes=0-1', 'if-range': '"older"' })).status).toBe(200);
    const head = await api.call(path, { key, method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(text.length),
      '',
    ]);
    expect((await api.call(path.replace('pages/1', 'pages%2F1'), { key })).status).toBe(200);
  });

  it('that are not redacted, and originals, need their scope', async () => {
    const { path, document } = await withArtifact(true);
    const reader = await api.key('acme', ['documents:read']);
    expect((await api.call(path, { key: reader })).status).toBe(403);
    expect((await api.call(`/v1/documents/${document.id}/artifacts/original`, { key: reader })).status).toBe(403);
    const original = await api.call(`/v1/documents/${document.id}/artifacts/original`, { key });
    expect(await original.text()).toMatch(/^artifact 0/);
  });
});

describe('erasing', () => {
  it('leaves no byte, artifact, run or count behind, and says so once', async () => {
    const { ports } = api.context('acme');
    const before = await readTotals(ports.store);
    const { document, run } = await (await upload('to be forgotten')).json();
    expect((await api.call(`/v1/documents/${document.id}`, { method: 'DELETE', key })).status).toBe(204);
    expect((await api.call(`/v1/documents/${document.id}`, { key })).status).toBe(404);
    expect((await api.call(`/v1/documents/${document.id}`, { method: 'DELETE', key })).status).toBe(404);
    expect(await ports.store.get(documents, { id: document.id })).toBeNull();
    expect(await ports.store.get(runs, { id: run.id })).toBeNull();
    expect(await ports.objects.head({ bucket: 'documents', key: `${document.id}/source` })).toBeNull();
    expect(await readTotals(ports.store)).toEqual(before);
    const audited = await (await api.call('/v1/audit-events?action=document.erased', { key })).json();
    expect(audited.items[0]).toMatchObject({ targets: [{ type: 'document', id: document.id }] });
    expect(await ports.store.count(counters, {})).toBeGreaterThan(0);
  });
});

describe('lists', () => {
  it('come in pages, newest first, by one filter', async () => {
    await api.tenant('pages');
    const own = await api.key('pages');
    for (let n = 0; n < 5; n++)
      await api.call('/v1/documents', { method: 'POST', key: own, body: form(`page ${n}`, `${n}.txt`) });
    const names: string[] = [];
    let token = '';
    do {
      const query = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`;
      const page = await (await api.call(`/v1/documents?pageSize=2&status=processing${query}`, { key: own })).json();
      names.push(...page.items.map((item: { filename: string }) => item.filename));
      token = page.nextPageToken ?? '';
    } while (token !== '');
    expect(names).toEqual(['4.txt', '3.txt', '2.txt', '1.txt', '0.txt']);
    const both = await api.call('/v1/documents?status=ready&batchId=bat_00000000000000000000000000', { key: own });
    expect((await both.json()).code).toBe('invalid_request');
    expect((await (await api.call('/v1/documents?pageToken=x', { key: own })).json()).code).toBe('invalid_page_token');
  });

  it('tell how the documents of a batch stand', async () => {
    const { document } = await (await upload('in a batch')).json();
    const made = await api.call('/v1/batches', { ...json({ name: 'b', documentIds: [document.id] }), key });
    const batch = await made.json();
    expect([made.status, batch.counts.processing, batch.done]).toEqual([201, 1, false]);
    await upload('joins later', 'j.txt', { batchId: batch.id });
    const read = await (await api.call(`/v1/batches/${batch.id}`, { key })).json();
    expect([read.documents, read.counts.processing]).toEqual([2, 2]);
    const taken = await api.call('/v1/batches', { ...json({ name: 'c', documentIds: [document.id] }), key });
    expect(taken.status).toBe(409);
  });
});

describe('run events', () => {
  it('tell each change once, take up after Last-Event-ID, and end with the run', async () => {
    const { run } = await (await upload('followed')).json();
    const following = api.call(`/v1/runs/${run.id}/events`, { key }).then((response) => response.text());
    await api.call(`/v1/runs/${run.id}/cancel`, { method: 'POST', key });
    const events = (await following).split('\n\n').filter((block) => block.includes('event:'));
    expect(events.at(-1)).toMatch(/event: ended\ndata: .*"status":"cancelled"/);
    const lastId = /id: (\d+)/.exec(events.at(-1) ?? '')?.[1] ?? '';
    const after = await api.call(`/v1/runs/${run.id}/events`, { key, headers: { 'last-event-id': lastId } });
    expect(await after.text()).toBe('retry: 1000\n\n');
  });

  it('are streams of a bounded number a tenant, given back when the client goes', async () => {
    const { run } = await (await upload('watched by many')).json();
    const open = await Promise.all(Array.from({ length: 100 }, () => api.call(`/v1/runs/${run.id}/events`, { key })));
    const refused = await api.call(`/v1/runs/${run.id}/events`, { key });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await Promise.all(open.map((response) => response.body?.cancel()));
    const again = await api.call(`/v1/runs/${run.id}/events`, { key });
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });
});
