import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { redactLines } from '#tests/support/redact-lines.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { artifactId } from '../../domain/artifact-id.ts';
import {
  artifacts,
  documents,
  erasures,
  idempotency,
  uploads,
  webhookDeliveries,
  work,
} from '../../domain/collections.ts';
import { HELD_KINDS } from '../../domain/erasure.ts';
import type { Work } from '../../domain/work.ts';
import { listAuditEvents } from '../audit/list.ts';
import type { UseCaseContext } from '../context.ts';
import { beginIdempotent } from '../idempotency/begin.ts';
import { finishIdempotent } from '../idempotency/finish.ts';
import { sweep } from '../maintenance/sweep.ts';
import { updateTenantSettings } from '../tenants/update-settings.ts';
import { completeUpload } from './complete-upload.ts';
import { createUpload, createUploadSchema } from './create-upload.ts';
import { eraseDocument } from './erase.ts';
import { expireDocuments } from './expire.ts';
import { getErasure } from './get-erasure.ts';
import { type Ingested, ingestDocument, passwordSecretName, sourceKey } from './ingest.ts';
import { resumeErasures } from './resume-erasures.ts';

const DAY = 86_400_000;
const LINES = ['Dear quayside@hidden.example'];
let fixture: UseCaseFixture;
beforeEach(async () => {
  fixture = await createUseCaseFixture();
});
afterEach(() => fixture.close());

let count = 0;
async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`text ${count++}`);
}
const upload = (ctx = fixture.ctx): Promise<Ingested> =>
  ingestDocument(ctx, { source: { kind: 'stream', body: bytes() }, filename: 'a.txt', origin: 'api' });
const store = () => fixture.ctx.ports.store;

/** A document of which there is something in every place that may hold any. */
async function heldEverywhere(): Promise<Ingested> {
  const taken = await upload();
  const { id } = taken.document;
  await redactLines(fixture, { documentId: id, runId: taken.run.id, lines: LINES });
  const { search, secrets } = fixture.ctx.ports;
  await search.index({
    ...{ documentId: id, filename: 'a.txt', mediaType: 'text/plain', documentType: null },
    ...{ pages: ['platypus'], fields: {}, createdAt: 1 },
  });
  await secrets.put(passwordSecretName(id), 'opensesame');
  const sent = { webhookId: 'whk_1', eventType: 'document.processed', eventId: 'evt_1', runId: null } as const;
  const delivery = { ...sent, id: 'dlv_1', documentId: id, status: 'delivered', tries: [], createdAt: 1, updatedAt: 1 };
  await store().put(webhookDeliveries, { id: 'dlv_1' }, { ...delivery, status: 'delivered' });
  await keepAnswer(fixture.ctx, id);
  return taken;
}
const keepAnswer = async (ctx: UseCaseContext, documentId: string): Promise<void> => {
  await beginIdempotent(ctx, { key: documentId, leaseMs: 1 });
  const answer = { digest: 'd', status: 202, body: `{"id":"${documentId}"}`, secret: false };
  await finishIdempotent(ctx, { key: documentId, documentId, ...answer });
};

describe('an erasure', () => {
  it('is on record with what there was, who wanted it, and that a second look found nothing', async () => {
    const { document } = await heldEverywhere();
    const { id, sha256, size } = document;
    const proof = await eraseDocument(fixture.ctx, { id });
    expect(proof).toMatchObject({
      ...{ documentId: id, state: 'erased', cause: 'request', sha256, size },
      requestedBy: { kind: 'system', id: 'test' },
      held: { ...{ searchEntry: 1, sourceObjects: 1, runs: 1, work: 0, deliveries: 1, answers: 1, password: 1 } },
    });
    expect(proof.held.artifacts).toBe(proof.held.artifactObjects);
    expect(proof.held.artifacts).toBeGreaterThan(5);
    expect(proof.bytes).toBeGreaterThan(size ?? 0);
    expect(Object.keys(proof.check?.left ?? {}).sort()).toEqual([...HELD_KINDS].sort());
    expect(Object.values(proof.check?.left ?? { none: 1 }).every((left) => left === 0)).toBe(true);
    expect(await getErasure(fixture.ctx, { documentId: id })).toEqual(proof);
    const { items } = await listAuditEvents(fixture.ctx, { pageSize: 10, action: 'document.erased' });
    expect(items).toEqual([
      expect.objectContaining({
        targets: [{ type: 'document', id }],
        metadata: expect.objectContaining({ sha256, held: proof.held, check: proof.check }),
      }),
    ]);
    expect((await store().query(idempotency, { limit: 10 })).records).toEqual([]);
    await expect(getErasure(fixture.ctx, { documentId: 'doc_other' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of which something comes again and again is not certified, and is finished by the sweep', async () => {
    const { document } = await heldEverywhere();
    const { id } = document;
    const { ports, platform } = fixture.ctx;
    const stubborn = { ...ports.objects, deletePrefix: () => Promise.resolve(0) };
    const failing = { ...fixture.ctx, ports: { ...ports, objects: stubborn } };
    await expect(eraseDocument(failing, { id })).rejects.toMatchObject({
      ...{ code: 'contention', class: 'transient', details: { kinds: ['sourceObjects', 'artifactObjects'] } },
    });
    expect(await getErasure(fixture.ctx, { documentId: id })).toMatchObject({ state: 'erasing', check: null });
    expect((await listAuditEvents(fixture.ctx, { pageSize: 10, action: 'document.erased' })).items).toEqual([]);
    const clock = createManualClock(platform.clock.now() + 120_000);
    expect(await resumeErasures({ ...fixture.ctx, platform: { ...platform, clock } })).toBe(1);
    // What the first try deleted counts as well.
    expect(await getErasure(fixture.ctx, { documentId: id })).toMatchObject({
      ...{ state: 'erased', held: { searchEntry: 1, runs: 1, sourceObjects: 1, password: 1 } },
    });
    expect(await store().get(documents, { id })).toBeNull();
  });

  it('takes what a run wrote between the deleting and the second look, though the run is gone by then', async () => {
    const { document, run } = await upload();
    const { id } = document;
    const { ports } = fixture.ctx;
    const late: Work = {
      ...{ runId: run.id, stepId: 'ocr', part: 1, phase: 'part', kind: 'ocr', pool: 'ocr', priority: 5 },
      ...{ state: 'ready', readyAt: 1, attempt: 1, uncounted: 1, crashes: 0, deadLetterId: null, dispatch: 0 },
      ...{ leaseToken: null, leaseExpiresAt: null },
    };
    let writes = 1;
    // The last that an erasure deletes.
    const secrets = {
      ...{ put: ports.secrets.put.bind(ports.secrets), get: ports.secrets.get.bind(ports.secrets) },
      delete: async (name: string) => {
        if (writes-- > 0) await store().put(work, { id: `${run.id}:ocr:1` }, late);
        return ports.secrets.delete(name);
      },
    };
    const ctx = { ...fixture.ctx, ports: { ...ports, secrets } };
    expect(await eraseDocument(ctx, { id })).toMatchObject({ state: 'erased', held: { work: 1 } });
    expect((await store().query(work, { limit: 10 })).records).toEqual([]);
  });

  it('is not undone by a presigned upload whose bytes have just been taken in', async () => {
    const { ports } = fixture.ctx;
    const { document } = await createUpload(fixture.ctx, createUploadSchema.parse({ filename: 'a.txt' }));
    const { id } = document;
    const key = sourceKey(id);
    await ports.objects.put({ bucket: 'documents', key, body: new Uint8Array([65]), mediaType: 'text/plain' });
    let erased = false;
    // Once the transaction has committed that takes the document in.
    const transaction: typeof ports.store.transaction = async (work) => {
      const done = await ports.store.transaction(work);
      if (!erased && (await ports.store.get(documents, { id }))?.data.status === 'processing') {
        erased = true;
        await eraseDocument(fixture.ctx, { id });
      }
      return done;
    };
    const under = { put: ports.store.put.bind(ports.store), get: ports.store.get.bind(ports.store), transaction };
    const ctx = { ...fixture.ctx, ports: { ...ports, store: { ...ports.store, ...under } } };
    await completeUpload(ctx, { key, generation: '1' });
    expect(erased).toBe(true);
    expect(await store().get(uploads, { id })).toBeNull();
  });

  it('is not undone by the answer of a request that was under way', async () => {
    const { document } = await upload();
    await beginIdempotent(fixture.ctx, { key: 'k', leaseMs: 1 });
    await eraseDocument(fixture.ctx, { id: document.id });
    const answer = { digest: 'd', status: 202, body: '{}', secret: false };
    await finishIdempotent(fixture.ctx, { key: 'k', documentId: document.id, ...answer });
    expect((await store().query(idempotency, { limit: 10 })).records).toEqual([]);
  });
});

describe('retention', () => {
  const later = (days: number): UseCaseContext => {
    const clock = createManualClock(Date.now() + days * DAY);
    return { ...fixture.ctx, platform: { ...fixture.ctx.platform, clock } };
  };
  const settle = async ({ document }: Ingested, createdAt = document.createdAt): Promise<string> => {
    await store().put(documents, { id: document.id }, { ...document, createdAt, status: 'ready' });
    return document.id;
  };
  const left = async (): Promise<string[]> =>
    (await store().query(documents, { limit: 500 })).records.map(({ id }) => id);

  it('keeps everything unless the tenant says for how long', async () => {
    const id = await settle(await upload());
    expect(await expireDocuments(later(9999), { retentionDays: null })).toBe(0);
    // As the record of a tenant has it that was made before the setting.
    expect(await expireDocuments(later(9999), JSON.parse('{}'))).toBe(0);
    expect(await left()).toEqual([id]);
  });

  it('erases with proof what is older, and nothing that is younger', async () => {
    const id = await settle(await upload());
    expect(await expireDocuments(later(29), { retentionDays: 30 })).toBe(0);
    expect(await expireDocuments(later(31), { retentionDays: 30 })).toBe(1);
    expect(await left()).toEqual([]);
    expect(await getErasure(fixture.ctx, { documentId: id })).toMatchObject({ state: 'erased', cause: 'retention' });
  });

  it.each(['redacted.txt', 'redacted.mp4', 'redacted.m4a'])(
    'leaves alone what is being processed and what a person has yet to look at: %s',
    async (name) => {
      const running = await upload();
      const held = await upload();
      await settle(held);
      await redactLines(fixture, { documentId: held.document.id, runId: held.run.id, lines: LINES });
      const text = await store().get(artifacts, { id: artifactId(held.document.id, 'redacted.txt') });
      if (text === null) throw new Error('no redacted text');
      // A recording without a transcript has no text.
      await store().delete(artifacts, { id: text.id });
      await store().put(artifacts, { id: artifactId(held.document.id, name) }, { ...text.data, name, held: true });
      expect(await expireDocuments(later(31), { retentionDays: 30 })).toBe(0);
      expect((await left()).sort()).toEqual([running.document.id, held.document.id].sort());
      // Begun between the look and the erasure.
      for (const { document } of [running, held])
        await expect(eraseDocument(fixture.ctx, { id: document.id, cause: 'retention' })).rejects.toMatchObject({
          code: 'conflict',
        });
      expect((await store().query(erasures, { limit: 10 })).records).toEqual([]);
    },
  );

  it('takes the oldest first and so many a round, whatever became of them', { timeout: 60_000 }, async () => {
    const taken = await upload();
    for (let i = 0; i < 105; i++)
      await store().put(
        documents,
        { id: `doc_${String(i).padStart(3, '0')}` },
        {
          ...taken.document,
          id: `doc_${String(i).padStart(3, '0')}`,
          createdAt: i,
          status: i % 2 ? 'failed' : 'ready',
        },
      );
    expect(await expireDocuments(later(1), { retentionDays: 30 })).toBe(100);
    expect((await left()).sort()).toEqual(
      [taken.document.id, ...[100, 101, 102, 103, 104].map((number) => `doc_${number}`)].sort(),
    );
  });

  it('is part of the sweep, by the setting of each tenant', async () => {
    const id = await settle(await upload(), Date.now() - 3 * DAY);
    await sweep(fixture.platform, fixture.engine, { orphans: false });
    expect(await left()).toEqual([id]);
    await updateTenantSettings(fixture.ctx, { retentionDays: 2 });
    await sweep(fixture.platform, fixture.engine, { orphans: false });
    expect(await left()).toEqual([]);
    const { items } = await listAuditEvents(fixture.ctx, { pageSize: 10, action: 'document.erased' });
    expect(items[0]?.actor).toEqual({ kind: 'system', id: 'maintenance' });
  });
});
