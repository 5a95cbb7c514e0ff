import { openAsBlob, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { usage, usageDays } from '#shared/domain/collections.ts';
import { DAY_MS, dayStart } from '#shared/domain/usage.ts';
import { manifest } from '#shared/manifest.ts';
import { type CloudPlatform, startCloudPlatform } from '../support/cloud-platform.ts';
import { describeWith } from '../support/cloud-services.ts';
import {
  type DocumentSeen,
  documentSchema,
  ended,
  listDocuments,
  problemSchema,
  send,
  sendOk,
  textOf,
} from '../support/documents-client.ts';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../../samples');
const files = readdirSync(SAMPLES).filter((name) => !/\.(md|json)$/.test(name));
/** What follows from the bytes alone. PDFs carry the time at which they were made. */
const DETERMINISTIC = /^(?:text|ocr\.json|fields\.json|redacted\.txt|redacted\.json|pages\/\d+\.png)$/;

type Called = Pick<LocalPlatform, 'api'>;

const jsonOf = async (platform: Called, target: string, init?: RequestInit): Promise<unknown> =>
  (await platform.api(target, init)).json();
const postJson = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

async function upload(platform: Called, name: string): Promise<string> {
  const form = new FormData();
  form.set('file', await openAsBlob(path.join(SAMPLES, name)), name);
  const answer = await platform.api('/v1/documents', { method: 'POST', body: form });
  const { document } = z.object({ document: documentSchema }).parse(await answer.json());
  return document.id;
}

/** The artifacts of a document, by name; null for what differs with each making. */
async function artifactsOf(platform: Called, id: string): Promise<Map<string, Buffer | null>> {
  const listed = await jsonOf(platform, `/v1/documents/${id}/artifacts?pageSize=200`);
  const { items } = z.object({ items: z.array(z.object({ name: z.string() })) }).parse(listed);
  const found = new Map<string, Buffer | null>();
  for (const { name } of items) {
    const bytes = Buffer.from(await (await platform.api(`/v1/documents/${id}/artifacts/${name}`)).arrayBuffer());
    expect(bytes.length, name).toBeGreaterThan(0);
    found.set(name, DETERMINISTIC.test(name) ? bytes : null);
  }
  return found;
}

const named = async (platform: Called, filename: string): Promise<DocumentSeen[]> =>
  (await listDocuments(platform)).filter((each) => each.filename === filename);

describeWith(['firestore', 'pubsub', 'storage'], 'the platform in its cloud shape', () => {
  let cloud: CloudPlatform;
  /** Made first: a minute has to pass before it is due. */
  let schedule: { id: string; document: DocumentSeen };
  beforeAll(async () => {
    cloud = await startCloudPlatform();
    const id = await sendOk(cloud, 'scheduled.txt', 'Scheduled: the clock tower strikes.');
    const document = await ended(cloud, id);
    const target = { kind: 'reprocess', documentId: id };
    const asked = postJson({ name: 'every minute', cron: '* * * * *', timeZone: 'UTC', target });
    schedule = { ...z.object({ id: z.string() }).parse(await jsonOf(cloud, '/v1/schedules', asked)), document };
  });
  afterAll(() => cloud?.dispose());

  test('recordings are refused, and cannot be asked for', async () => {
    const asked = await cloud.api('/v1/tenant', { ...postJson({ recordings: true }), method: 'PATCH' });
    expect([asked.status, problemSchema.parse(await asked.json()).code]).toEqual([503, 'not_configured']);
    const wav = Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVEfmt '), Buffer.alloc(28)]);
    const { problem } = await send(cloud, 'call.wav', wav);
    expect(problem).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(await named(cloud, 'call.wav')).toEqual([]);
  });

  describe('the samples', () => {
    let local: LocalPlatform;
    const inCloud = new Map<string, string>();
    const here = new Map<string, string>();
    beforeAll(async () => {
      // The same reader for both: what is compared is what is made of its answers.
      local = await startLocalPlatform({ RECTO_OCR_URL: cloud.process('ocr').url });
      for (const name of files) {
        inCloud.set(name, await upload(cloud, name));
        here.set(name, await upload(local, name));
      }
    });
    afterAll(() => local?.dispose());

    test.each(files)('%s ends with the same artifacts as on one machine, byte for byte', async (name) => {
      const [there, mine] = [inCloud.get(name) ?? '', here.get(name) ?? ''];
      expect(await ended(cloud, there, 150_000)).toMatchObject({ status: 'ready', error: null });
      expect(await ended(local, mine, 150_000)).toMatchObject({ status: 'ready', error: null });
      const [made, expected] = [await artifactsOf(cloud, there), await artifactsOf(local, mine)];
      expect([...made.keys()].sort()).toEqual([...expected.keys()].sort());
      const differing = [...made].filter(([artifact, bytes]) => {
        const other = expected.get(artifact) ?? null;
        return bytes !== null && other !== null && !bytes.equals(other);
      });
      expect(differing.map(([artifact]) => artifact)).toEqual([]);
      expect([...made.values()].filter((bytes) => bytes !== null).length).toBeGreaterThanOrEqual(5);
    });
  });

  describe('files come in', () => {
    test('as an upload, whose text can be searched, without what must not be seen', async () => {
      const id = await sendOk(cloud, 'letter.txt', 'The zeppelin leaves at noon. Write to jane.roe@example.com.');
      expect(await ended(cloud, id)).toMatchObject({ status: 'ready' });
      const redacted = await (await cloud.api(`/v1/documents/${id}/artifacts/redacted.txt`)).text();
      expect(redacted).toContain('zeppelin');
      expect(redacted).not.toContain('jane.roe@example.com');
      const found = await eventually(
        () => jsonOf(cloud, '/v1/search?q=zeppelin'),
        (answer) => JSON.stringify(answer).includes(id),
      );
      expect(JSON.stringify(found)).not.toContain('jane.roe');
    });

    test('by a signed link to Cloud Storage, without a further call', async () => {
      const bytes = 'Presigned: the harbour master signs at dawn.';
      const asked = postJson({ filename: 'signed.txt', contentType: 'text/plain', size: bytes.length });
      const answer = z
        .object({
          document: documentSchema,
          upload: z.object({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.string()) }),
        })
        .parse(await jsonOf(cloud, '/v1/documents', asked));
      const { method, url, headers } = answer.upload;
      expect(new URL(url).host).toBe(cloud.env.STORAGE_EMULATOR_HOST);
      expect((await fetch(url, { method, headers, body: bytes })).status).toBe(200);
      expect(await ended(cloud, answer.document.id)).toMatchObject({ status: 'ready' });
    });

    test('dropped into the bucket, once however often Cloud Storage tells of it', async () => {
      const { objects } = cloud.platform.forTenant(cloud.tenantId);
      const body = Buffer.from('Dropped: the lighthouse keeper counts gulls.');
      const { generation } = await objects.put({
        bucket: 'incoming',
        key: 'dropped.txt',
        body,
        mediaType: 'text/plain',
      });
      const attributes = {
        eventType: 'OBJECT_FINALIZE',
        payloadFormat: 'NONE',
        bucketId: cloud.env.RECTO_BUCKET_INCOMING ?? '',
        objectId: `${cloud.tenantId}/dropped.txt`,
        objectGeneration: generation,
      };
      await cloud.platform.bus.publish(
        Array.from({ length: 5 }, () => ({ topic: 'object-finalized', data: '', attributes })),
      );
      const [document] = await eventually(
        () => named(cloud, 'dropped.txt'),
        (found) => found.length > 0,
      );
      expect(await ended(cloud, document?.id ?? '')).toMatchObject({ status: 'ready' });
      expect(await textOf(cloud, document?.id ?? '')).toContain('lighthouse');
      expect(await named(cloud, 'dropped.txt')).toHaveLength(1);
    });

    test('for no tenant, or into a bucket that is not ours, and change nothing', async () => {
      const before = (await listDocuments(cloud)).length;
      const notify = (bucketId: string, objectId: string) => ({
        topic: 'object-finalized',
        data: '',
        attributes: { eventType: 'OBJECT_FINALIZE', bucketId, objectId },
      });
      const bucket = cloud.env.RECTO_BUCKET_INCOMING ?? '';
      await cloud.platform.bus.publish([notify(bucket, 'no-tenant.txt'), notify('elsewhere', 'first/a.txt')]);
      await eventually(
        async () => cloud.process('ingest').output().split('storage notification ignored').length - 1,
        (count) => count >= 2,
      );
      expect(await listDocuments(cloud)).toHaveLength(before);
    });

    test('again by a schedule', async () => {
      const { id, document } = schedule;
      const seen = async () => {
        const { runId, status } = documentSchema.parse(await jsonOf(cloud, `/v1/documents/${document.id}`));
        const fired = await jsonOf(cloud, `/v1/schedules/${id}`);
        const { lastRunIds } = z.object({ lastRunIds: z.array(z.string()) }).parse(fired);
        return { status, fresh: runId !== document.runId && lastRunIds.includes(runId ?? '') };
      };
      await eventually(seen, ({ status, fresh }) => status === 'ready' && fresh, 100_000);
    });
  });

  test('housekeeping runs, the first tenant is made once, and there is no sweep that nobody declared', async () => {
    for (const { path: sweep, everySeconds } of manifest.sweeps)
      expect(await cloud.sweep(sweep, { everySeconds, forSeconds: 0 }), sweep).toBe(204);
    expect(await cloud.sweep('/_scheduled/bootstrap', {})).toBe(204);
    expect(cloud.process('scheduled').output().split('the first tenant was made')).toHaveLength(2);
    expect((await cloud.api('/v1/tenant')).status).toBe(200);
    expect(await cloud.sweep('/_scheduled/nothing', {})).toBe(404);
  });

  test('usage from the sums of whole days, and day by day, is what the records say', async () => {
    expect(cloud.process('scheduled').output()).toContain('usage was rolled up');
    const { store } = cloud.platform.forTenant(cloud.tenantId);
    const today = dayStart(Date.now());
    const days = `?from=${today - DAY_MS}&to=${today + 2 * DAY_MS}`;
    const summed = z.object({ runs: z.number(), pages: z.number() });
    await eventually(
      async () => {
        const { records } = await store.query(usage, { limit: 1000 });
        const whole = summed.parse(await jsonOf(cloud, `/v1/usage${days}`));
        const daily = z.object({ items: z.array(summed) }).parse(await jsonOf(cloud, `/v1/usage/daily${days}`)).items;
        const pages = (all: readonly { pages: number }[]): number => all.reduce((sum, each) => sum + each.pages, 0);
        return {
          runs: [records.length, whole.runs],
          pages: [pages(records.map(({ data }) => data)), whole.pages, pages(daily)],
        };
      },
      // Something may end between one look and the next.
      ({ runs, pages }) => (runs[0] ?? 0) > 0 && new Set(runs).size === 1 && new Set(pages).size === 1,
    );
    expect((await store.query(usageDays, {})).records.length).toBeGreaterThan(0);
  });

  test('erased, a document is gone with all that was made of it', async () => {
    const id = await sendOk(cloud, 'secret.txt', 'Erase: the password of the vault is xylophone.');
    await ended(cloud, id);
    expect((await cloud.api(`/v1/documents/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await cloud.api(`/v1/documents/${id}/artifacts/text`)).status).toBe(404);
    expect(await jsonOf(cloud, '/v1/search?q=xylophone')).toMatchObject({ items: [] });
  });

  test('what clients see of errors is what they see on one machine: problems, also of a body that is no JSON', async () => {
    const answer = await cloud.api('/v1/redact', {
      method: 'POST',
      body: '{"text": ',
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, expect.stringContaining('problem+json')]);
    expect(await answer.json()).toMatchObject({ code: 'invalid_json' });
  });

  test('nothing in the logs is a document’s content', () => {
    for (const text of ['zeppelin', 'jane.roe', 'lighthouse', 'xylophone', cloud.apiKey])
      expect(cloud.output()).not.toContain(text);
  });
});
