import { expect, test } from 'vitest';
import { runs } from '#shared/domain/collections.ts';
import { createEngineFixture, toEnvelope } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { undeliverableHandler } from './undeliverable.ts';

const NEVER = new AbortController().signal;

test.each([
  ['that nobody took', 'step-a-push'],
  ['that was parked, and names where it was last', 'undeliverable-push'],
])('a step message %s fails its work, so that the run ends with a dead letter', async (_, source) => {
  const fixture = createEngineFixture([singleStep('a', () => done())], { maxCrashes: 1 });
  const { id } = await fixture.engine.startRun('acme', runOf(chainOf('a')));
  await fixture.engine.dispatch();
  const [message] = fixture.taken();
  if (message === undefined) throw new Error('nothing was published');
  message.message.attributes.CloudPubSubDeadLetterSourceSubscription = source;
  await undeliverableHandler(fixture.platform, fixture.engine)(message, NEVER);
  const run = await fixture.platform.forTenant('acme').store.get(runs, { id });
  expect(run?.data).toMatchObject({ status: 'failed', error: { code: 'delivery_failed' } });
});

test.each(['object-finalized-push', 'undeliverable-push'])(
  'any other message of %s is counted and taken, so that it does not come again',
  async (source) => {
    const fixture = createEngineFixture([]);
    const attributes = { CloudPubSubDeadLetterSourceSubscription: source };
    await undeliverableHandler(fixture.platform, fixture.engine)(
      toEnvelope({ topic: 'x', data: '{}', attributes }),
      NEVER,
    );
    expect(await fixture.platform.metrics.expose()).toContain(
      `recto_undeliverable_messages_total{subscription="${source}"} 1`,
    );
  },
);
