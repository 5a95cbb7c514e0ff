import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { emulatorIdentity } from '#shared/adapters/gcp/google-auth.ts';
import { createGoogleApi } from '#shared/adapters/gcp/google-http.ts';
import { createPubSub } from '#shared/adapters/gcp/pubsub-client.ts';
import { runParts, work } from '#shared/domain/collections.ts';
import { manifest } from '#shared/manifest.ts';
import type { SubscriptionDef } from '#shared/ports/message-bus.ts';
import { type ChaosFile, chaosBatch } from '../chaos/batch.ts';
import { type CloudPlatform, ocrProcess, PROJECT, startCloudPlatform } from '../support/cloud-platform.ts';
import type { CloudProcess } from '../support/cloud-processes.ts';
import { describeWith, originOf } from '../support/cloud-services.ts';
import { ended, getDocument, getRun, listDocuments, send, sendOk, textOf } from '../support/documents-client.ts';
import { FaultyLine } from '../support/faulty-line.ts';
import { eventually, freePort } from '../support/local-platform.ts';

const lettersSchema = z.object({
  items: z.array(z.object({ id: z.string(), stepKind: z.string(), runId: z.string() })),
});
const count = (text: string, part: string): number => text.split(part).length - 1;

describeWith(['firestore', 'pubsub', 'storage'], 'faults in the cloud shape', () => {
  let cloud: CloudPlatform;
  let ocr: CloudProcess;
  let line: FaultyLine;
  let pictures: ChaosFile[];
  let texts: ChaosFile[];
  beforeAll(async () => {
    ocr = ocrProcess(await freePort());
    line = new FaultyLine(ocr.url);
    const [, started, files] = await Promise.all([
      ocr.start(),
      line.open().then((ocrUrl) => startCloudPlatform({ ocrUrl })),
      chaosBatch(40, 'cloud'),
    ]);
    cloud = started;
    pictures = files.filter(({ name }) => name.endsWith('.png'));
    texts = files.filter(({ name }) => name.endsWith('.txt'));
  });
  afterAll(async () => {
    line?.close();
    await cloud?.dispose();
    await ocr?.stop();
  });

  const next = (from: ChaosFile[]): ChaosFile => {
    const file = from.shift();
    if (file === undefined) throw new Error('The batch is used up.');
    return file;
  };
  const letters = async () => lettersSchema.parse(await (await cloud.api('/v1/dead-letters')).json()).items;
  const workOf = async (runId: string | null) => {
    const { store } = cloud.platform.forTenant(cloud.tenantId);
    return (await store.query(work, { where: [{ field: 'runId', op: '==', value: runId }], limit: 10 })).records;
  };
  const pubsub = createPubSub({
    api: createGoogleApi({ service: 'Pub/Sub', authorize: emulatorIdentity.authorize }),
    project: PROJECT,
    origin: originOf('pubsub'),
  });
  const subscriptionOf = (kind: string) => {
    const found = manifest.subscriptions.find(({ topic }) => topic === `step-${kind}`);
    if (found === undefined) throw new Error(`There is no subscription of ${kind}.`);
    return found;
  };
  const replaceSubscription = async (def: SubscriptionDef, origin: string): Promise<void> => {
    const url = `${originOf('pubsub')}/v1/projects/${PROJECT}/subscriptions/${def.name}`;
    await fetch(url, { method: 'DELETE' });
    await pubsub.ensureSubscription(def, origin + def.path);
  };
  /** Whatever comes of it, the function is there for the tests that follow. */
  const without = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    await cloud.process(name).stop();
    try {
      return await run();
    } finally {
      await cloud.process(name).start();
    }
  };

  test('a function killed in the middle of a step: another does it again, however often its message came', async () => {
    const calm = next(pictures);
    await ended(cloud, await sendOk(cloud, calm.name, calm.bytes));
    const usual = line.posted;
    const file = next(pictures);
    line.mode = 'holding';
    const id = await sendOk(cloud, file.name, file.bytes);
    await eventually(
      async () => line.holding,
      (held) => held === 1,
    );
    const { runId } = await getDocument(cloud, id);
    const [held] = (await workOf(runId)).filter(({ data }) => data.state === 'running');
    const message = { tenantId: cloud.tenantId, workId: held?.id, dispatch: held?.data.dispatch };
    const again = { topic: 'step-ocr', data: JSON.stringify(message) };
    await cloud.platform.bus.publish([again, again, again]);
    await cloud.process('step-ocr').stop('SIGKILL');
    await cloud.process('step-ocr').start();
    await cloud.platform.bus.publish([again]);
    line.release();
    expect(await ended(cloud, id, 90_000)).toMatchObject({ status: 'ready', error: null });
    expect(await textOf(cloud, id)).toContain(file.marker);
    const run = await getRun(cloud, runId ?? '');
    expect(run.status).toBe('succeeded');
    await cloud.platform.bus.publish([again, again]);
    expect(await workOf(runId)).toEqual([]);
    expect(await letters()).toEqual([]);
    // The killed one's call besides the usual ones: messages that came again started nothing.
    expect(line.posted).toBe(usual + 1 + usual);
  });

  test('a function taken down in the middle of a step hands it back: another does it at once, and the try does not count', async () => {
    const file = next(pictures);
    line.mode = 'holding';
    const id = await sendOk(cloud, file.name, file.bytes);
    await eventually(
      async () => line.holding,
      (held) => held === 1,
    );
    const { runId } = await getDocument(cloud, id);
    const step = cloud.process('step-ocr');
    await step.stop('SIGTERM');
    const [left] = (await workOf(runId)).filter(({ data }) => data.kind === 'ocr');
    expect(left?.data).toMatchObject({ uncounted: 1, crashes: 0, attempt: 1 });
    expect(['ready', 'dispatched']).toContain(left?.data.state);
    await step.start();
    line.release();
    expect(await ended(cloud, id, 90_000)).toMatchObject({ status: 'ready', error: null });
    expect(await textOf(cloud, id)).toContain(file.marker);
    const { store } = cloud.platform.forTenant(cloud.tenantId);
    const { records } = await store.query(runParts, { where: [{ field: 'runId', op: '==', value: runId }], limit: 10 });
    expect(records.flatMap(({ data }) => data.attempts)).toEqual([]);
    expect(await letters()).toEqual([]);
  });

  test('a function that is away for a while: its messages wait', async () => {
    const file = next(texts);
    const id = await without('step-extract', async () => {
      const sent = await sendOk(cloud, file.name, file.bytes);
      const { runId } = await getDocument(cloud, sent);
      await eventually(
        () => workOf(runId),
        (found) => found.some(({ data }) => data.kind === 'extract' && data.state === 'dispatched'),
      );
      expect(await getDocument(cloud, sent)).toMatchObject({ status: 'processing' });
      return sent;
    });
    expect(await ended(cloud, id, 90_000)).toMatchObject({ status: 'ready', error: null });
    expect(await textOf(cloud, id)).toContain(file.marker);
  });

  test('messages that cannot be read go to the dead letters with the reason, once, and the next ones are handled', async () => {
    const publish = (data: string) => cloud.platform.bus.publish([{ topic: 'step-convert', data }]);
    await publish('no JSON');
    await publish(JSON.stringify({ schemaVersion: 99, pointer: 'elsewhere' }));
    const given = () => count(cloud.process('undeliverable').output(), 'a message could not be delivered');
    // Each is told of where it arrives, and again as one that nobody can read.
    await eventually(
      async () => given(),
      (lines) => lines >= 4,
    );
    expect(cloud.process('undeliverable').output()).toContain('A step message names no work.');
    expect(count(cloud.process('step-convert').output(), 'a message that cannot be read was put aside')).toBe(2);
    const file = next(texts);
    const id = await sendOk(cloud, file.name, file.bytes);
    expect(await ended(cloud, id)).toMatchObject({ status: 'ready' });
    expect(given()).toBe(4);
  });

  test('a step that fails for good is a dead letter, and is done when it is redriven', async () => {
    const file = next(texts);
    const { objects } = cloud.platform.forTenant(cloud.tenantId);
    const { id, stored } = await without('step-convert', async () => {
      const sent = await sendOk(cloud, file.name, file.bytes);
      const { objects: found } = await objects.list({ bucket: 'documents', prefix: `${sent}/`, limit: 10 });
      for (const { key } of found) await objects.delete({ bucket: 'documents', key });
      return { id: sent, stored: found };
    });
    expect(await ended(cloud, id, 90_000)).toMatchObject({ status: 'failed', error: { code: 'not_found' } });
    const [letter] = await letters();
    expect(letter).toMatchObject({ stepKind: 'convert', runId: (await getDocument(cloud, id)).runId });
    for (const { key } of stored)
      await objects.put({ bucket: 'documents', key, body: file.bytes, mediaType: 'text/plain' });
    const redriven = await cloud.api(`/v1/dead-letters/${letter?.id}/redrive`, { method: 'POST' });
    expect(redriven.status).toBe(202);
    await redriven.body?.cancel();
    await eventually(
      () => getDocument(cloud, id),
      ({ status }) => status === 'ready',
    );
    expect(await textOf(cloud, id)).toContain(file.marker);
    expect(await letters()).toEqual([]);
  });

  test('a message whose handler keeps failing is given up by Pub/Sub: its step is a dead letter, and is done when it is redriven', async () => {
    const file = next(texts);
    const refuser = createServer((_, res) => void res.writeHead(503).end());
    await new Promise<void>((resolve) => refuser.listen(0, '127.0.0.1', resolve));
    const address = refuser.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const usual = subscriptionOf('extract');
    try {
      // As few attempts as Pub/Sub takes, so that the test need not last an hour.
      const impatient = { ...usual, maxDeliveryAttempts: 5, maxBackoffSeconds: 1 };
      await replaceSubscription(impatient, `http://127.0.0.1:${port}`);
      const id = await sendOk(cloud, file.name, file.bytes);
      const { runId } = await getDocument(cloud, id);
      const [held] = await eventually(
        async () => (await workOf(runId)).filter(({ data }) => data.kind === 'extract' && data.state === 'dispatched'),
        (found) => found.length === 1,
      );
      // The engine has its messages given up ten times before it gives up itself: nine of them are behind it.
      const { store } = cloud.platform.forTenant(cloud.tenantId);
      await store.transaction(async (tx) => {
        const found = await tx.get(work, { id: held?.id ?? '' });
        if (found !== null) tx.put(work, { id: found.id }, { ...found.data, crashes: 9 });
      });
      expect(await ended(cloud, id, 120_000)).toMatchObject({ status: 'failed', error: { code: 'delivery_failed' } });
      expect(cloud.process('undeliverable').output()).toMatch(
        /"message":"a message could not be delivered".*"subscription":"step-extract-push"|"subscription":"step-extract-push".*"message":"a message could not be delivered"/,
      );
      const [letter] = await letters();
      expect(letter).toMatchObject({ stepKind: 'extract', runId });
      await replaceSubscription(usual, cloud.process('step-extract').url);
      const redriven = await cloud.api(`/v1/dead-letters/${letter?.id}/redrive`, { method: 'POST' });
      expect(redriven.status).toBe(202);
      await redriven.body?.cancel();
      await eventually(
        () => getDocument(cloud, id),
        ({ status }) => status === 'ready',
        60_000,
      );
      expect(await textOf(cloud, id)).toContain(file.marker);
      expect(await letters()).toEqual([]);
    } finally {
      await replaceSubscription(usual, cloud.process('step-extract').url);
      refuser.close();
    }
  });

  test('what even the recorder of dead letters could not take is taken from where it is parked', async () => {
    const file = next(texts);
    const { id, runId } = await without('step-extract', async () => {
      const sent = await sendOk(cloud, file.name, file.bytes);
      const { runId: run } = await getDocument(cloud, sent);
      const [held] = await eventually(
        async () => (await workOf(run)).filter(({ data }) => data.kind === 'extract' && data.state === 'dispatched'),
        (found) => found.length === 1,
      );
      const said = { tenantId: cloud.tenantId, workId: held?.id, dispatch: held?.data.dispatch };
      // As Pub/Sub forwards it: the source is the last subscription that it was in.
      await pubsub.publish(manifest.parked.topic, [
        {
          data: Buffer.from(JSON.stringify(said)).toString('base64'),
          attributes: { CloudPubSubDeadLetterSourceSubscription: 'undeliverable-push' },
        },
      ]);
      expect(await cloud.sweep('/_scheduled/dead-letters', { everySeconds: 900, forSeconds: 0 })).toBe(204);
      return { id: sent, runId: run };
    });
    expect(await ended(cloud, id, 90_000)).toMatchObject({ status: 'ready', error: null });
    expect(await textOf(cloud, id)).toContain(file.marker);
    const { steps } = await getRun(cloud, runId ?? '');
    expect(steps.find(({ id: step }) => step === 'extract')?.attempts).toMatchObject([
      { error: { code: 'delivery_failed' } },
    ]);
    expect(await pubsub.pull(manifest.parked.subscription, 10)).toEqual([]);
    expect(cloud.process('scheduled').output()).toContain('parked messages were taken');
  });

  test('an OCR service that is down: pages to be read wait, other documents do not, and nothing is lost', async () => {
    line.mode = 'refusing';
    const waiting: { id: string; file: ChaosFile }[] = [];
    for (let n = 0; n < 4; n++) {
      const file = next(pictures);
      waiting.push({ id: await sendOk(cloud, file.name, file.bytes), file });
    }
    await eventually(
      async () => count(cloud.process('step-ocr').output(), '"to":"open"'),
      (opened) => opened >= 1,
    );
    const text = next(texts);
    const free = await sendOk(cloud, text.name, text.bytes);
    expect(await ended(cloud, free)).toMatchObject({ status: 'ready' });
    for (const { id } of waiting) expect((await getDocument(cloud, id)).status).toBe('processing');
    line.release();
    for (const { id, file } of waiting) {
      expect(await ended(cloud, id, 100_000)).toMatchObject({ status: 'ready', error: null });
      expect(await textOf(cloud, id)).toContain(file.marker);
    }
    expect(await letters()).toEqual([]);
  });

  test('many at once contend for the same records: each document once, none lost', async () => {
    const before = (await listDocuments(cloud)).length;
    const same = next(texts);
    const files = [next(texts), next(texts), next(texts)];
    const [sent, ids] = await Promise.all([
      Promise.all(Array.from({ length: 6 }, () => send(cloud, same.name, same.bytes, { key: 'same-key' }))),
      Promise.all(files.map(({ name, bytes }) => sendOk(cloud, name, bytes))),
    ]);
    for (const { problem } of sent) if (problem !== null) expect(problem.code).toBe('conflict');
    const once = await send(cloud, same.name, same.bytes, { key: 'same-key' });
    const made = new Set([...sent, once].flatMap(({ taken }) => taken?.document.id ?? []));
    expect(made.size).toBe(1);
    for (const id of [...made, ...ids]) expect(await ended(cloud, id, 100_000)).toMatchObject({ status: 'ready' });
    expect(await listDocuments(cloud)).toHaveLength(before + 4);
  });
});
