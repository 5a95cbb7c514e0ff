import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { artifactId } from '../../domain/artifact-id.ts';
import { artifacts, documents, runs, webhookDeliveries } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { indexStep } from '../../steps/index-text.ts';
import { reuseStep } from '../../steps/reuse.ts';
import { commitArtifacts, writeArtifact } from '../../steps/support/artifacts.ts';
import { createSchedule } from '../schedules/create.ts';
import { fireSchedule } from '../schedules/fire.ts';
import { completeUpload } from './complete-upload.ts';
import { createUpload } from './create-upload.ts';
import { eraseDocument } from './erase.ts';
import { ingestDocument } from './ingest.ts';
import { objectArrived } from './object-arrived.ts';
import { recordRefusal } from './record-refusal.ts';

let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(() => fixture.close());

let count = 0;
const bytes = (text: string): AsyncIterable<Uint8Array> =>
  (async function* () {
    yield Buffer.from(text);
  })();
const upload = () =>
  ingestDocument(fixture.ctx, {
    source: { kind: 'stream', body: bytes(`text ${count++}`) },
    filename: 'a.txt',
    origin: 'api',
  });

const artifactKeys = async (prefix: string): Promise<string[]> =>
  (await fixture.ctx.ports.objects.list({ bucket: 'artifacts', prefix })).objects.map(({ key }) => key);

describe('an erasure', () => {
  it('takes the log of its webhook deliveries along, whose bodies name the file', async () => {
    const { document } = await upload();
    const { store } = fixture.ctx.ports;
    const delivery = { webhookId: 'whk_1', eventType: 'document.processed', eventId: 'evt_1', runId: null } as const;
    for (const [id, documentId] of [
      ['dlv_1', document.id],
      ['dlv_2', 'doc_other'],
    ] as const)
      await store.put(
        webhookDeliveries,
        { id },
        { ...delivery, id, documentId, status: 'delivered', tries: [], createdAt: 1, updatedAt: 1 },
      );
    await eraseDocument(fixture.ctx, { id: document.id });
    const { records } = await store.query(webhookDeliveries, { limit: 10 });
    expect(records.map(({ id }) => id)).toEqual(['dlv_2']);
  });

  it('is not undone by an index step that was under way in another process', async () => {
    const { document, run } = await upload();
    const ctx = fixture.stepContext({ runId: run.id });
    const text = await writeArtifact(ctx, {
      documentId: document.id,
      name: 'redacted.txt',
      mediaType: 'text/plain',
      body: 'platypus',
      sensitive: false,
    });
    await fixture.ctx.ports.store.transaction(async (tx) => void (await commitArtifacts(tx, [text])));
    // The erasure comes through while the step is at its work.
    const search = fixture.ctx.ports.search;
    const late = {
      ...ctx,
      ports: {
        ...ctx.ports,
        search: {
          ...search,
          index: async (entry: Parameters<typeof search.index>[0]) => {
            await eraseDocument(fixture.ctx, { id: document.id });
            await search.index(entry);
          },
        },
      },
    };
    await indexStep.run(late, { run: {}, documentId: document.id, config: {}, outputs: {} }).catch(() => undefined);
    expect((await search.search({ query: 'platypus', filters: [], pageSize: 10 })).hits).toEqual([]);
  });

  it('leaves no bytes behind of a step that was under way', async () => {
    const { document, run } = await upload();
    await eraseDocument(fixture.ctx, { id: document.id });
    await writeArtifact(fixture.stepContext({ runId: run.id }), {
      documentId: document.id,
      name: 'text',
      mediaType: 'text/plain',
      body: 'secret',
      sensitive: true,
    }).catch(() => undefined);
    expect(await artifactKeys(document.id)).toEqual([]);
  });

  it('leaves nothing behind of a reuse that was under way', async () => {
    const source = await upload();
    const made = await writeArtifact(fixture.stepContext({ runId: source.run.id }), {
      documentId: source.document.id,
      name: 'text',
      mediaType: 'text/plain',
      body: 'x',
      sensitive: true,
    });
    await fixture.ctx.ports.store.transaction(async (tx) => void (await commitArtifacts(tx, [made])));
    await fixture.ctx.ports.store.put(documents, { id: source.document.id }, { ...source.document, status: 'ready' });
    const target = await upload();
    await eraseDocument(fixture.ctx, { id: target.document.id });
    await reuseStep
      .run(fixture.stepContext({ runId: target.run.id }), {
        run: { reuseFrom: source.document.id, reuseFromRun: source.run.id },
        documentId: target.document.id,
        config: {},
        outputs: {},
      })
      .catch(() => undefined);
    expect(await artifactKeys(target.document.id)).toEqual([]);
    expect(await fixture.ctx.ports.store.get(artifacts, { id: artifactId(target.document.id, 'text') })).toBeNull();
  });

  it('takes the dropped file too, which a schedule would take in again', async () => {
    const { objects, store } = fixture.ctx.ports;
    await objects.put({ bucket: 'incoming', key: 'in/a.txt', body: Buffer.from('dropped'), mediaType: 'text/plain' });
    const taken = await objectArrived(fixture.ctx, { bucket: 'incoming', key: 'in/a.txt' });
    await eraseDocument(fixture.ctx, { id: taken?.document.id ?? '' });
    expect(await objects.head({ bucket: 'incoming', key: 'in/a.txt' })).toBeNull();
    const { id } = await createSchedule(fixture.ctx, {
      name: 's',
      cron: '0 0 * * *',
      timeZone: 'UTC',
      enabled: true,
      target: { kind: 'ingest-prefix', prefix: 'in/' },
    });
    expect(await fireSchedule(fixture.ctx, { scheduleId: id, scheduledFor: new Date().toISOString() })).toEqual([]);
    expect(await store.get(documents, { id: taken?.document.id ?? '' })).toBeNull();
  });

  it('of a promised document is not undone by its bytes being looked at meanwhile', async () => {
    const { document } = await createUpload(fixture.ctx, {
      filename: 'p.txt',
      contentType: 'text/plain',
      metadata: {},
    });
    const key = `${document.id}/source`;
    await fixture.ctx.ports.objects.put({
      bucket: 'documents',
      key,
      body: Buffer.from('presigned'),
      mediaType: 'text/plain',
    });
    const converter = fixture.platform.converter;
    const slow = {
      ...fixture.ctx,
      platform: {
        ...fixture.ctx.platform,
        converter: {
          ...converter,
          inspect: async (params: Parameters<typeof converter.inspect>[0]) => {
            const inspection = await converter.inspect(params);
            await eraseDocument(fixture.ctx, { id: document.id });
            return inspection;
          },
        },
      },
    };
    expect(await completeUpload(slow, { key, generation: '1' })).toBeNull();
    expect(await fixture.ctx.ports.store.get(documents, { id: document.id })).toBeNull();
    expect(
      (await fixture.ctx.ports.store.query(runs, { where: [{ field: 'documentId', op: '==', value: document.id }] }))
        .records,
    ).toEqual([]);
  });

  it('of a promised document is not undone by its refusal', async () => {
    const { document } = await createUpload(fixture.ctx, {
      filename: 'p.txt',
      contentType: 'text/plain',
      metadata: {},
    });
    await eraseDocument(fixture.ctx, { id: document.id });
    await recordRefusal(fixture.ctx, {
      documentId: document.id,
      filename: 'p.txt',
      origin: 'presigned',
      error: new RectoError('file_corrupt', 'no'),
    });
    expect(await fixture.ctx.ports.store.get(documents, { id: document.id })).toBeNull();
  });
});
