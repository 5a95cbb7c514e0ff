import { expect, test } from 'vitest';
import { createEngineFixture } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';

const steps = ['extract', 'redact'].map((kind) => singleStep(kind, () => done(kind), { pool: 'cpu' }));

test('a process that runs one kind leaves the next step to the one whose message it is', async () => {
  const { engine, another, taken, works } = createEngineFixture(steps, { runs: ['extract'] });
  await engine.startRun('acme', runOf(chainOf('extract', 'redact')));
  await engine.dispatch();
  for (const message of taken()) await engine.handleMessage(message);
  expect((await works()).map(({ data }) => [data.kind, data.state])).toEqual([['redact', 'ready']]);
  await engine.dispatch();
  for (const message of taken()) await another({ runs: ['redact'] }).handleMessage(message);
  expect(await works()).toEqual([]);
});
