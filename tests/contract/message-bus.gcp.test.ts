import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { emulatorIdentity } from '#shared/adapters/gcp/google-auth.ts';
import { createGoogleApi } from '#shared/adapters/gcp/google-http.ts';
import { createMessageBus, takeParked } from '#shared/adapters/gcp/message-bus.ts';
import { createPubSub } from '#shared/adapters/gcp/pubsub-client.ts';
import { describeWith, emulatedFirestore, newProject, originOf } from '../support/cloud-services.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { gapsOf } from './gaps.ts';
import { type MessageBusUnderTest, messageBusContract, TOPICS } from './message-bus.ts';

/** The fewest that Pub/Sub takes. */
const ATTEMPTS = 5;

const subscription = (topic: string, deadLetterTopic: string | null) => ({
  name: `${topic}-push`,
  topic,
  ackDeadlineSeconds: 10,
  maxDeliveryAttempts: ATTEMPTS,
  minBackoffSeconds: 1,
  maxBackoffSeconds: 1,
  deadLetterTopic,
});

async function setUp() {
  const project = newProject();
  const clock = createManualClock(Date.now());
  const pubsub = createPubSub({
    api: createGoogleApi({ service: 'Pub/Sub', authorize: emulatorIdentity.authorize }),
    project,
    origin: originOf('pubsub'),
  });
  const store = createDocumentStore({ firestore: emulatedFirestore(project), clock, collections: [] }).system();
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const envelope = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      fixture.deliveries.push({ path: req.url ?? '', envelope });
      void fixture.handler(req.url ?? '', envelope).then((ok) => res.writeHead(ok ? 204 : 503).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const origin = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  for (const topic of TOPICS) await pubsub.ensureTopic(topic);
  await pubsub.ensureSubscription(subscription('plain', 'graves'), `${origin}/push/plain`);
  await pubsub.ensureSubscription(subscription('graves', null), `${origin}/push/graves`);
  const bus = createMessageBus({ pubsub, store, clock, topics: [...TOPICS, 'missing'] });
  const fixture: MessageBusUnderTest = {
    clock: {
      now: clock.now,
      // The service's own time cannot be moved: what waits for it is awaited with `until`.
      advance: async (ms) => {
        await clock.advance(ms);
        await bus.publishDue();
      },
    },
    clockIsOffByMs: 60_000,
    attempts: ATTEMPTS,
    bus,
    handler: async () => true,
    deliveries: [],
    until: async (condition) => {
      const deadline = Date.now() + 15_000;
      while (!condition()) {
        if (Date.now() > deadline) throw new Error(`not in time; delivered: ${JSON.stringify(fixture.deliveries)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    restart: () => Promise.reject(new Error('the service does not restart with the publisher')),
  };
  return { ...fixture, fixture, pubsub };
}

describeWith(['pubsub', 'firestore'], 'Pub/Sub', () => {
  messageBusContract('Pub/Sub', async () => (await setUp()).fixture, gapsOf('Pub/Sub emulator', 'message-bus'));

  test('an ordering key and the order of its messages arrive', async () => {
    const { bus, pubsub } = await setUp();
    await pubsub.ensureSubscription({ ...subscription('plain', null), name: 'plain-pull' }, null);
    for (const data of ['1', '2', '3']) await bus.publish([{ topic: 'plain', data, orderingKey: 'k' }]);
    const pulled = await pubsub.pull('plain-pull', 10);
    expect(pulled.map(({ data }) => Buffer.from(data, 'base64').toString())).toEqual(['1', '2', '3']);
    expect(pulled.map(({ orderingKey }) => orderingKey)).toEqual(['k', 'k', 'k']);
  });

  test('what lies parked is handed on and acknowledged when it was handled; what was not stays', async () => {
    const { bus, pubsub } = await setUp();
    await pubsub.ensureSubscription({ ...subscription('graves', null), name: 'graves-pull' }, null);
    const attributes = { CloudPubSubDeadLetterSourceSubscription: 'plain-push' };
    await bus.publish(['x', 'bad', 'y'].map((data) => ({ topic: 'graves', data, attributes })));
    const seen: { text: string; source: string | undefined }[] = [];
    const failed: unknown[] = [];
    const take = (fails: (text: string) => boolean) =>
      takeParked({
        pubsub,
        subscription: 'graves-pull',
        limit: 100,
        handle: async ({ message }) => {
          const text = Buffer.from(message.data, 'base64').toString();
          seen.push({ text, source: message.attributes.CloudPubSubDeadLetterSourceSubscription });
          if (fails(text)) throw new Error('not now');
        },
        failed: (_, error) => void failed.push(error),
      });
    expect(await take((text) => text === 'bad')).toEqual({ taken: 2, kept: 1 });
    expect(seen.map(({ text }) => text).sort()).toEqual(['bad', 'x', 'y']);
    expect(new Set(seen.map(({ source }) => source))).toEqual(new Set(['plain-push']));
    expect(failed).toHaveLength(1);
    // Once its ack deadline has run out.
    seen.length = 0;
    for (let tries = 0; tries < 60 && seen.length === 0; tries++) {
      await take(() => false);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(seen.map(({ text }) => text)).toEqual(['bad']);
    expect(await take(() => false)).toEqual({ taken: 0, kept: 0 });
  }, 60_000);
});
