import { expect, test } from 'vitest';
import { runs } from '#shared/domain/collections.ts';
import { createEngineFixture, toEnvelope } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { undeliverableHandler } from './undeliverable.ts';

const NEVER = new AbortController().signal;

test('a step message that nobody took fails its work, so that the run ends with a dead letter', async () => {
  const fixture = createEngineFixture([singleStep('a', () => done())], { maxCrashes: 1 });
  const { id } = await fixture.engine.startRun('acme', runOf(chainOf('a')));
  await fixture.engine.dispatch();
  const [message] = fixture.taken();
  if (message === undefined) throw new Error('nothing was published');
  message.message.attributes.CloudPubSubDeadLetterSourceSubscription = 'step-a-push';
  await undeliverableHandler(fixture.platform, fixture.engine)(message, NEVER);
  const run = await fixture.platform.forTenant('acme').store.get(runs, { id });
  expect(run?.data).toMatchObject({ status: 'failed', error: { code: 'delivery_failed' } });
});

test('any other message is counted and taken, so that it does not come again', async () => {
  const fixture = createEngineFixture([]);
  const attributes = { CloudPubSubDeadLetterSourceSubscription: 'object-finalized-push' };
  await undeliverableHandler(fixture.platform, fixture.engine)(
    toEnvelope({ topic: 'x', data: '{}', attributes }),
    NEVER,
  );
  expect(await fixture.platform.metrics.expose()).toMatch(
    /recto_undeliverable_messages_total\{subscription="object-finalized-push"\} 1/,
  );
});
