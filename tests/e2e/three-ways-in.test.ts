import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

interface Doc {
  id: string;
  filename: string;
  status: string;
  source: string;
  reusedFrom: string | null;
  runId: string | null;
  error: { code: string } | null;
}

let platform: LocalPlatform;
beforeAll(async () => {
  platform = await startLocalPlatform();
});
afterAll(() => platform.dispose());

const json = async <T>(target: string, init?: RequestInit): Promise<T> => {
  const answer = await platform.api(target, init);
  const body: T = JSON.parse(await answer.text());
  return body;
};
const list = async (): Promise<Doc[]> => (await json<{ items: Doc[] }>('/v1/documents')).items;
const settled = (id: string) =>
  eventually(
    () => json<Doc>(`/v1/documents/${id}`),
    ({ status }) => !['processing', 'uploading'].includes(status),
  );
const postJson = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
const incoming = (name: string) => path.join(platform.dataDir, 'buckets/incoming/demo', name);

async function uploadText(
  name: string,
  text: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; document: Doc }> {
  const form = new FormData();
  form.set('file', new Blob([text]), name);
  const answer = await platform.api('/v1/documents', { method: 'POST', body: form, headers });
  const { document }: { document: Doc } = JSON.parse(await answer.text());
  return { status: answer.status, document };
}

vi.setConfig({ testTimeout: 90_000 });

test('a multipart upload is processed and its text can be searched', async () => {
  const { status, document } = await uploadText(
    'letter.txt',
    'Dear reader, the zeppelin leaves at noon. Write to jane.roe@example.com.',
  );
  expect(status).toBe(202);
  expect(await settled(document.id)).toMatchObject({ status: 'ready', source: 'api', filename: 'letter.txt' });
  const { items } = await eventually(
    () => json<{ items: { documentId: string; snippet: { text: string } }[] }>('/v1/search?q=zeppelin'),
    (found) => found.items.length > 0,
  );
  expect(items[0]?.documentId).toBe(document.id);
  expect(items[0]?.snippet.text).toContain('zeppelin');
  const text = await (await platform.api(`/v1/documents/${document.id}/artifacts/redacted.txt`)).text();
  expect(text).not.toContain('jane.roe@example.com');
});

test('a presigned PUT is noticed and processed without a further call', async () => {
  const bytes = 'Presigned: the harbour master signs at dawn.';
  const { document, upload } = await json<{
    document: Doc;
    upload: { method: string; url: string; headers: Record<string, string> };
  }>('/v1/documents', postJson({ filename: 'signed.txt', contentType: 'text/plain', size: bytes.length }));
  expect(document.status).toBe('uploading');
  const put = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: bytes });
  expect(put.status).toBe(200);
  expect(await settled(document.id)).toMatchObject({ status: 'ready', source: 'presigned' });
});

test('a file dropped in the incoming folder is taken in, once', async () => {
  mkdirSync(path.dirname(incoming('x')), { recursive: true });
  writeFileSync(incoming('dropped.txt'), 'Dropped: the lighthouse keeper counts gulls.');
  const document = await eventually(
    async () => (await list()).find(({ filename }) => filename === 'dropped.txt'),
    (found) => found !== undefined,
  );
  expect(await settled(document?.id ?? '')).toMatchObject({ status: 'ready', source: 'bucket' });
  await sleep(3000);
  expect((await list()).filter(({ filename }) => filename === 'dropped.txt')).toHaveLength(1);
});

test('a file dropped while the platform was down is taken in at its next start', async () => {
  await platform.stop();
  writeFileSync(incoming('overnight.txt'), 'Overnight: the baker leaves the door ajar.');
  await platform.restart();
  const document = await eventually(
    async () => (await list()).find(({ filename }) => filename === 'overnight.txt'),
    (found) => found !== undefined,
  );
  expect(await settled(document?.id ?? '')).toMatchObject({ status: 'ready', source: 'bucket' });
});

test('a dropped file that cannot be read leaves a document that says why', async () => {
  writeFileSync(
    incoming('program.bin'),
    Uint8Array.from({ length: 512 }, (_, n) => (n * 97) % 256),
  );
  const document = await eventually(
    async () => (await list()).find(({ filename }) => filename === 'program.bin'),
    (found) => found !== undefined,
  );
  expect(await settled(document?.id ?? '')).toMatchObject({
    status: 'failed',
    error: { code: 'unsupported_media_type' },
  });
});

test('a cron schedule starts a run', { timeout: 100_000 }, async () => {
  const { document } = await uploadText('scheduled.txt', 'Scheduled: the clock tower strikes.');
  const before = await settled(document.id);
  const schedule = await json<{ id: string }>(
    '/v1/schedules',
    postJson({
      name: 'every minute',
      cron: '* * * * *',
      timeZone: 'UTC',
      target: { kind: 'reprocess', documentId: document.id },
    }),
  );
  const after = await eventually(
    () => json<Doc>(`/v1/documents/${document.id}`),
    ({ runId, status }) => runId !== before.runId && status === 'ready',
    80_000,
  );
  const fired = await json<{ lastRunIds: string[] }>(`/v1/schedules/${schedule.id}`);
  expect(fired.lastRunIds).toContain(after.runId);
});

test('the same content again takes over the finished result; a reused name never gives another file’s data', async () => {
  const first = await uploadText('report.txt', 'Reused: the violet umbrella was left on the train.');
  await settled(first.document.id);
  const again = await uploadText('other-name.txt', 'Reused: the violet umbrella was left on the train.');
  expect(await settled(again.document.id)).toMatchObject({ status: 'ready', reusedFrom: first.document.id });
  expect(await (await platform.api(`/v1/documents/${again.document.id}/artifacts/text`)).text()).toContain(
    'violet umbrella',
  );

  const sameName = await uploadText('report.txt', 'Different: the green bicycle has no bell.');
  expect(await settled(sameName.document.id)).toMatchObject({ status: 'ready', reusedFrom: null });
  const text = await (await platform.api(`/v1/documents/${sameName.document.id}/artifacts/text`)).text();
  expect(text).toContain('green bicycle');
  expect(text).not.toContain('violet');

  await json('/v1/reuse/invalidate', postJson({ documentId: first.document.id }));
  const fresh = await uploadText('third.txt', 'Reused: the violet umbrella was left on the train.');
  expect((await settled(fresh.document.id)).reusedFrom).not.toBe(first.document.id);
});

test('an erased document is gone with its results, its text cannot be found any more', async () => {
  const { document } = await uploadText('secret.txt', 'Erase: the password of the vault is xylophone.');
  await settled(document.id);
  await eventually(
    () => json<{ items: unknown[] }>('/v1/search?q=xylophone'),
    (found) => found.items.length > 0,
  );
  expect((await platform.api(`/v1/documents/${document.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await platform.api(`/v1/documents/${document.id}`)).status).toBe(404);
  expect((await platform.api(`/v1/documents/${document.id}/artifacts/text`)).status).toBe(404);
  expect((await json<{ items: unknown[] }>('/v1/search?q=xylophone')).items).toHaveLength(0);
});
