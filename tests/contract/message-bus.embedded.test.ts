import { createServer } from 'node:http';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createMessageBus } from '#shared/adapters/embedded/message-bus.ts';
import { createMetrics } from '#shared/adapters/embedded/metrics.ts';
import { CORE_MIGRATIONS } from '#shared/adapters/embedded/migrations/core.ts';
import { openDatabase } from '#shared/adapters/embedded/sqlite.ts';
import { createCommitQueue } from '#shared/adapters/embedded/sqlite-commits.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type MessageBusUnderTest, messageBusContract, TOPICS } from './message-bus.ts';

const TOKEN = 'token-of-this-start';

interface Embedded extends MessageBusUnderTest {
  unauthorized: () => number;
  /** Takes the handlers away, as while their process starts, and brings them back. */
  setAway: (away: boolean) => void;
}

async function setUp(): Promise<Embedded> {
  const clock = createManualClock();
  const file = path.join(temporaryFolder(), 'bus.db');
  const log = createLogger({ level: 'error', clock });
  const metrics = createMetrics({ processMetrics: false });
  let unauthorized = 0;
  let away = false;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      if (req.headers.authorization !== `Bearer ${TOKEN}`) unauthorized += 1;
      const envelope = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      fixture.deliveries.push({ path: req.url ?? '', envelope });
      void fixture.handler(req.url ?? '', envelope).then((ok) => res.writeHead(ok ? 204 : 503).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;

  const start = () => {
    const db = openDatabase(file, CORE_MIGRATIONS);
    const bus = createMessageBus({
      db,
      commits: createCommitQueue(db),
      clock,
      log,
      metrics,
      topics: TOPICS,
      subscriptions: ['plain', 'graves'].map((topic) => ({
        name: `${topic}-push`,
        topic,
        path: `/push/${topic}`,
        ackDeadlineSeconds: 60,
        maxDeliveryAttempts: 3,
        minBackoffSeconds: 1,
        maxBackoffSeconds: 10,
        deadLetterTopic: topic === 'plain' ? 'graves' : null,
        concurrency: 4,
      })),
      token: TOKEN,
      random: () => 0.5,
    });
    bus.start(() => (away ? null : origin));
    return { db, bus };
  };
  let current = start();
  onTestFinished(async () => {
    await current.bus.stop(0);
    current.db.close();
    server.closeAllConnections();
    server.close();
  });
  const fixture: Embedded = {
    attempts: 3,
    setAway: (now) => {
      away = now;
    },
    clock,
    bus: { publish: (messages) => current.bus.publish(messages) },
    handler: async () => true,
    deliveries: [],
    unauthorized: () => unauthorized,
    until: async (condition) => {
      const deadline = Date.now() + 5000;
      while (!condition()) {
        if (Date.now() > deadline) throw new Error(`not in time; delivered: ${JSON.stringify(fixture.deliveries)}`);
        await clock.advance(0);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      // What an answer leads to is written down by now.
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 4));
    },
    restart: async () => {
      await current.bus.stop(0);
      current.db.close();
      current = start();
    },
  };
  return fixture;
}

messageBusContract('embedded', setUp);

test('every delivery carries the token of this start', async () => {
  const fixture = await setUp();
  await fixture.bus.publish([{ topic: 'plain', data: 'x' }]);
  await fixture.until(() => fixture.deliveries.length === 1);
  expect(fixture.unauthorized()).toBe(0);
});

test('a handler whose process is starting costs no attempts, and gets what waits as soon as it is up', async () => {
  const fixture = await setUp();
  fixture.setAway(true);
  await fixture.bus.publish([{ topic: 'plain', data: 'x' }]);
  for (let second = 0; second < 120; second++) await fixture.clock.advance(1000);
  expect(fixture.deliveries).toEqual([]);
  fixture.setAway(false);
  await fixture.clock.advance(500);
  await fixture.until(() => fixture.deliveries.length === 1);
  expect(fixture.deliveries[0]).toMatchObject({ path: '/push/plain', envelope: { deliveryAttempt: 1 } });
});
