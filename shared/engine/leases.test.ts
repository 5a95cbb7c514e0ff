import { describe, expect, test } from 'vitest';
import { createEngineFixture, type EngineFixture } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { deadLetters, runs } from '../domain/collections.ts';
import type { StepContext, StepResult } from './step.ts';

const TENANT = 'acme';

/** A step whose attempts end when the test says so. */
function heldStep(over: Parameters<typeof singleStep>[2] = {}) {
  const attempts: { ctx: StepContext; finish: (result: StepResult) => void }[] = [];
  const step = singleStep(
    'held',
    (ctx) =>
      new Promise<StepResult>((resolve, reject) => {
        attempts.push({ ctx, finish: resolve });
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason));
      }),
    { timeoutMs: 3_600_000, ...over },
  );
  return { step, attempts };
}

const runNow = async (fixture: EngineFixture, id: string) =>
  (await fixture.platform.forTenant(TENANT).store.get(runs, { id }))?.data;

/** Starts a run and brings its first attempt under way; `handled` settles when its message is acknowledged. */
async function begin(fixture: EngineFixture) {
  const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('held')));
  await fixture.engine.dispatch();
  const [message] = fixture.taken();
  if (message === undefined) throw new Error('nothing was published');
  const handled = fixture.engine.handleMessage(message);
  await fixture.clock.advance(0);
  return { id, message, handled };
}

describe('a lease', () => {
  test('is renewed for as long as the step runs', async () => {
    const { step, attempts } = heldStep();
    const fixture = createEngineFixture([step]);
    const { id, handled } = await begin(fixture);
    const rival = fixture.another();
    for (let i = 0; i < 30; i++) {
      await fixture.clock.advance(10_000);
      expect(await rival.dispatch()).toBe(0);
    }
    attempts[0]?.finish(done('slow'));
    await handled;
    expect((await runNow(fixture, id))?.status).toBe('succeeded');
    expect(attempts).toHaveLength(1);
  });

  test('that was lost lets another worker do the step, and the late result is refused', async () => {
    const { step, attempts } = heldStep();
    const fixture = createEngineFixture([step]);
    const { id, handled } = await begin(fixture);
    // Another process takes what the first one held, as it would after a pause longer than the lease.
    const rival = fixture.another();
    rival.workerGone();
    await rival.dispatch();
    await fixture.clock.advance(2000);
    await rival.dispatch();
    const again = fixture.taken().map((message) => rival.handleMessage(message));
    await fixture.clock.advance(0);
    expect(attempts).toHaveLength(2);
    attempts[0]?.finish(done('late'));
    await handled;
    expect((await runNow(fixture, id))?.steps.held?.status).toBe('running');
    attempts[1]?.finish(done('second'));
    await Promise.all(again);
    expect((await runNow(fixture, id))?.steps.held).toMatchObject({
      status: 'succeeded',
      output: 'second',
      attempt: 2,
    });
    expect(await fixture.platform.metrics.expose()).toMatch(/recto_lease_lost_total\{[^}]*\} 1/);
  });

  test('that is lost while the step runs aborts it at the next renewal', async () => {
    const { step, attempts } = heldStep();
    const fixture = createEngineFixture([step]);
    const { handled } = await begin(fixture);
    const rival = fixture.another();
    rival.workerGone();
    await rival.dispatch();
    await fixture.clock.advance(11_000);
    await handled;
    expect(attempts[0]?.ctx.signal.aborted).toBe(true);
  });

  test('that runs out three times quarantines the step', async () => {
    const { step, attempts } = heldStep({ maxAttempts: 20 });
    const fixture = createEngineFixture([step]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('held')));
    for (let crash = 0; crash < 3; crash++) {
      const doomed = fixture.another();
      await doomed.dispatch();
      for (const message of fixture.taken()) void doomed.handleMessage(message);
      await fixture.clock.advance(0);
      fixture.engine.workerGone();
      await fixture.engine.dispatch();
      await fixture.clock.advance(10_000);
      await fixture.engine.dispatch();
    }
    expect(attempts).toHaveLength(3);
    expect(await runNow(fixture, id)).toMatchObject({ status: 'failed', error: { code: 'worker_crashed' } });
    const { records } = await fixture.platform.forTenant(TENANT).store.query(deadLetters, {});
    expect(records[0]?.data.attempts.map((attempt) => attempt.number)).toEqual([1, 2, 3]);
  });

  test('of a message that was never delivered runs out, and the work is published anew', async () => {
    const fixture = createEngineFixture([singleStep('a', () => done())]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.engine.dispatch();
    const [lost] = fixture.taken();
    await fixture.clock.advance(30_000);
    expect(await fixture.engine.dispatch()).toBe(1);
    if (lost !== undefined) await fixture.engine.handleMessage(lost);
    expect((await runNow(fixture, id))?.status).toBe('queued');
    for (const message of fixture.taken()) await fixture.engine.handleMessage(message);
    expect(await runNow(fixture, id)).toMatchObject({ status: 'succeeded', steps: { a: { attempt: 1 } } });
  });

  test('of an earlier process is void when the only process starts', async () => {
    const { step } = heldStep();
    const fixture = createEngineFixture([step]);
    const { id } = await begin(fixture);
    await fixture.clock.advance(1000);
    const next = fixture.another({ soleWorker: true });
    await next.dispatch();
    expect((await runNow(fixture, id))?.steps.held).toMatchObject({
      status: 'queued',
      error: { code: 'worker_crashed' },
    });
  });

  test('held by a named process is taken back when that one dies, others are left', async () => {
    const { step } = heldStep();
    const fixture = createEngineFixture([step], { instance: 'first' });
    const { id } = await begin(fixture);
    const front = fixture.another({ instance: 'front' });
    front.workerGone('second');
    await front.dispatch();
    expect((await runNow(fixture, id))?.steps.held?.status).toBe('running');
    front.workerGone('first');
    await front.dispatch();
    expect((await runNow(fixture, id))?.steps.held?.status).toBe('queued');
  });
});

describe('stopping', () => {
  test('hands back what does not end in time, without counting the attempt', async () => {
    const { step, attempts } = heldStep({ maxAttempts: 1 });
    const fixture = createEngineFixture([step]);
    const { id, handled } = await begin(fixture);
    const stopped = fixture.engine.stop(100);
    await fixture.clock.advance(200);
    await fixture.clock.advance(200);
    await Promise.all([stopped, handled]);
    expect((await fixture.works()).map((record) => record.data.state)).toEqual(['ready']);
    const next = fixture.another();
    await next.dispatch();
    const again = fixture.taken().map((message) => next.handleMessage(message));
    await fixture.clock.advance(0);
    attempts[1]?.finish(done('after'));
    await Promise.all(again);
    expect(await runNow(fixture, id)).toMatchObject({
      status: 'succeeded',
      steps: { held: { attempt: 2, attempts: [] } },
    });
  });

  test('refuses messages, so that they come again', async () => {
    const { step } = heldStep();
    const fixture = createEngineFixture([step]);
    await fixture.engine.startRun(TENANT, runOf(chainOf('held')));
    await fixture.engine.dispatch();
    await fixture.engine.stop(0);
    const [message] = fixture.taken();
    if (message === undefined) throw new Error('nothing was published');
    await expect(fixture.engine.handleMessage(message)).rejects.toMatchObject({ class: 'transient' });
  });
});

test('a message that the bus gave up on counts as a crash of its work', async () => {
  const fixture = createEngineFixture([singleStep('a', () => done())]);
  const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
  for (let i = 0; i < 3; i++) {
    await fixture.engine.dispatch();
    for (const message of fixture.taken()) await fixture.engine.handleUndeliverable(message);
    await fixture.clock.advance(10_000);
  }
  expect(await runNow(fixture, id)).toMatchObject({
    status: 'failed',
    error: { code: 'delivery_failed', class: 'poison' },
  });
});
