import { describe, expect, test } from 'vitest';
import { createEngineFixture } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { runs } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';

const TENANT = 'acme';

describe('cancelling', () => {
  test('a queued run ends it, and a message on its way finds nothing to do', async () => {
    let calls = 0;
    const step = singleStep('a', () => {
      calls += 1;
      return done();
    });
    const ended: string[] = [];
    const fixture = createEngineFixture([step], { onRunEnd: (_, { run }) => void ended.push(run.status) });
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.engine.dispatch();
    const cancelled = await fixture.engine.cancelRun(TENANT, id, 'key_1');
    expect(cancelled).toMatchObject({ status: 'cancelled', steps: { a: { status: 'cancelled' } } });
    for (const message of fixture.taken()) await fixture.engine.handleMessage(message);
    expect(calls).toBe(0);
    expect(ended).toEqual(['cancelled']);
    expect(await fixture.works()).toEqual([]);
  });

  test('a running step aborts it at once, and its result is refused', async () => {
    let signal: AbortSignal | null = null;
    let finish = (): void => undefined;
    const step = singleStep('a', (ctx) => {
      signal = ctx.signal;
      return new Promise((resolve) => {
        finish = () => resolve(done('too late'));
      });
    });
    const fixture = createEngineFixture([step, singleStep('b', () => done())]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a', 'b')));
    await fixture.engine.dispatch();
    const handled = fixture.taken().map((message) => fixture.engine.handleMessage(message));
    await fixture.clock.advance(0);
    await fixture.engine.cancelRun(TENANT, id, 'key_1');
    expect(signal).toMatchObject({ aborted: true });
    finish();
    await Promise.all(handled);
    const run = await fixture.platform.forTenant(TENANT).store.get(runs, { id });
    expect(run?.data).toMatchObject({
      status: 'cancelled',
      steps: { a: { output: null }, b: { status: 'cancelled' } },
    });
    expect(await fixture.works()).toEqual([]);
  });

  test('a step that waits for its next try ends it', async () => {
    const step = singleStep('a', () => {
      throw new RectoError('overloaded', 'busy');
    });
    const fixture = createEngineFixture([step]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.engine.dispatch();
    for (const message of fixture.taken()) await fixture.engine.handleMessage(message);
    await fixture.engine.cancelRun(TENANT, id, 'key_1');
    expect(await fixture.works()).toEqual([]);
    await fixture.clock.advance(60_000);
    expect(await fixture.engine.dispatch()).toBe(0);
  });

  test('again changes nothing; a run that ended otherwise is a conflict, an unknown or foreign one not found', async () => {
    const fixture = createEngineFixture([singleStep('a', () => done())]);
    const first = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    const once = await fixture.engine.cancelRun(TENANT, first.id, 'key_1');
    expect(await fixture.engine.cancelRun(TENANT, first.id, 'key_1')).toEqual(once);
    const second = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    await expect(fixture.engine.cancelRun(TENANT, second.id, 'key_1')).rejects.toMatchObject({ code: 'conflict' });
    await expect(fixture.engine.cancelRun(TENANT, 'run_x', 'key_1')).rejects.toMatchObject({ code: 'not_found' });
    await expect(fixture.engine.cancelRun('rival', second.id, 'key_1')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('leaves a run that can be retried', async () => {
    const fixture = createEngineFixture([singleStep('a', () => done()), singleStep('b', () => done())]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a', 'b')));
    await fixture.engine.cancelRun(TENANT, id, 'key_1');
    await fixture.engine.retryRun(TENANT, id, 'key_1');
    await fixture.drain();
    const run = await fixture.platform.forTenant(TENANT).store.get(runs, { id });
    expect(run?.data.status).toBe('succeeded');
  });
});
