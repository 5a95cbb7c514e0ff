import { describe, expect, test } from 'vitest';
import { createEngineFixture, type EngineFixture } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { deadLetters, runParts, runs } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import type { FanOutStep, PartOutcome } from './step.ts';

const TENANT = 'acme';

/** Parts 0 to `count` - 1; `fails` says which attempts of which part fail. */
function fanOut(count: number, fails: (index: number, attempt: number) => boolean = () => false) {
  const performed: number[] = [];
  const merges: (readonly PartOutcome[])[] = [];
  let mergeFailures = 0;
  const step: FanOutStep = {
    kind: 'split',
    pool: 'ocr',
    timeoutMs: 60_000,
    maxAttempts: 2,
    plan: async () => Array.from({ length: count }, (_, i) => ({ page: i })),
    runPart: async (ctx, _, part) => {
      performed.push(part.index);
      if (fails(part.index, ctx.attempt)) throw new RectoError('overloaded', `part ${part.index} failed`);
      return { output: part.index * 10 };
    },
    merge: async (_, __, parts) => {
      merges.push(parts);
      if (mergeFailures-- > 0) throw new RectoError('file_corrupt', 'no merge');
      return { output: parts.length };
    },
  };
  return {
    step,
    performed,
    merges,
    failMerges: (times: number) => {
      mergeFailures = times;
    },
  };
}

const runNow = async (fixture: EngineFixture, id: string) =>
  (await fixture.platform.forTenant(TENANT).store.get(runs, { id }))?.data;
const start = (fixture: EngineFixture, ...more: string[]) =>
  fixture.engine.startRun(TENANT, runOf(chainOf('split', ...more)));

describe('a step in parts', () => {
  test('is planned, done in parts and merged in order', async () => {
    const { step, merges } = fanOut(250);
    const fixture = createEngineFixture([step]);
    const { id } = await start(fixture);
    await fixture.drain();
    expect(await runNow(fixture, id)).toMatchObject({
      status: 'succeeded',
      steps: { split: { output: 250, parts: { total: 250, succeeded: 250, failed: 0 }, partial: false } },
    });
    expect(merges[0]?.map((part) => part.output)).toEqual(Array.from({ length: 250 }, (_, i) => i * 10));
  });

  test('without parts goes straight to its merge', async () => {
    const { step, merges } = fanOut(0);
    const fixture = createEngineFixture([step]);
    const { id } = await start(fixture);
    await fixture.drain();
    expect((await runNow(fixture, id))?.status).toBe('succeeded');
    expect(merges).toEqual([[]]);
  });

  test('of more than a thousand parts is refused', async () => {
    const fixture = createEngineFixture([fanOut(1001).step]);
    const { id } = await start(fixture);
    await fixture.drain();
    expect((await runNow(fixture, id))?.error?.code).toBe('limit_exceeded');
  });

  test('of parts whose inputs are too large to be pointers is refused', async () => {
    const { step } = fanOut(1);
    const fixture = createEngineFixture([{ ...step, plan: async () => [{ page: 'x'.repeat(9000) }] }]);
    const { id } = await start(fixture);
    await fixture.drain();
    expect((await runNow(fixture, id))?.error).toMatchObject({
      code: 'limit_exceeded',
      message: expect.stringContaining('input of a part'),
    });
  });

  test('of six hundred parts fits the store’s transactions', async () => {
    const { step, performed } = fanOut(600);
    const fixture = createEngineFixture([step], { slots: { convert: 1, ocr: 200, cpu: 1, network: 1 } });
    const { id } = await start(fixture);
    await fixture.drain();
    expect((await runNow(fixture, id))?.steps.split?.parts?.succeeded).toBe(600);
    expect(performed).toHaveLength(600);
  });

  test('does finished parts once, however often others are tried', async () => {
    const { step, performed } = fanOut(4, (index, attempt) => index === 2 && attempt === 1);
    const fixture = createEngineFixture([step]);
    const { id } = await start(fixture);
    await fixture.drain();
    expect((await runNow(fixture, id))?.status).toBe('succeeded');
    expect(performed.sort()).toEqual([0, 1, 2, 2, 3]);
  });

  test('goes to the merge with the parts that failed for good, and makes the run partial', async () => {
    const { step, merges } = fanOut(3, (index) => index === 1);
    const fixture = createEngineFixture([step]);
    const { id } = await start(fixture);
    await fixture.drain();
    expect(await runNow(fixture, id)).toMatchObject({ status: 'partial', steps: { split: { partial: true } } });
    expect(merges[0]?.map((part) => part.status)).toEqual(['succeeded', 'failed', 'succeeded']);
    expect(merges[0]?.[1]?.error?.code).toBe('overloaded');
    const { records } = await fixture.platform.forTenant(TENANT).store.query(deadLetters, {});
    expect(records.map((record) => [record.data.part, record.data.input])).toEqual([[1, { page: 1 }]]);
  });

  test('fails when every part failed, without a merge', async () => {
    const { step, merges } = fanOut(2, () => true);
    const fixture = createEngineFixture([step, singleStep('next', () => done())]);
    const { id } = await start(fixture, 'next');
    await fixture.drain();
    expect(await runNow(fixture, id)).toMatchObject({ status: 'failed', steps: { next: { status: 'skipped' } } });
    expect(merges).toEqual([]);
  });

  test('redoes only the failed parts when the run is retried, then merges, then does what depends on it', async () => {
    let broken = true;
    const { step, performed, merges } = fanOut(300, (index) => broken && index % 2 === 1);
    const outputs: unknown[] = [];
    const next = singleStep('next', (_, input) => {
      outputs.push(input.outputs.split);
      return done();
    });
    const fixture = createEngineFixture([step, next], { slots: { convert: 1, ocr: 300, cpu: 1, network: 1 } });
    const { id } = await start(fixture, 'next');
    await fixture.drain();
    expect((await runNow(fixture, id))?.status).toBe('partial');
    broken = false;
    performed.length = 0;
    await fixture.engine.retryRun(TENANT, id, 'key_1');
    await fixture.drain();
    expect(await runNow(fixture, id)).toMatchObject({
      status: 'succeeded',
      steps: { split: { parts: { total: 300, succeeded: 300, failed: 0 }, partial: false } },
    });
    expect(performed.sort((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, i) => 2 * i + 1));
    expect(merges).toHaveLength(2);
    expect(outputs).toEqual([300, 300]);
    const open = await fixture.platform
      .forTenant(TENANT)
      .store.count(deadLetters, { where: [{ field: 'status', op: '==', value: 'open' }] });
    expect(open).toBe(0);
  });

  test('merges again without redoing parts when only the merge failed', async () => {
    const fan = fanOut(3);
    fan.failMerges(1);
    const fixture = createEngineFixture([fan.step]);
    const { id } = await start(fixture);
    await fixture.drain();
    expect((await runNow(fixture, id))?.status).toBe('failed');
    await fixture.engine.retryRun(TENANT, id, 'key_1');
    await fixture.drain();
    expect((await runNow(fixture, id))?.status).toBe('succeeded');
    expect(fan.performed).toHaveLength(3);
  });

  test('cancelled in the middle keeps its finished parts for a retry', async () => {
    const { step, performed } = fanOut(150);
    const fixture = createEngineFixture([step], { slots: { convert: 1, ocr: 20, cpu: 1, network: 1 } });
    const { id } = await start(fixture);
    for (let i = 0; i < 3; i++) {
      await fixture.engine.dispatch();
      await Promise.all(fixture.taken().map((message) => fixture.engine.handleMessage(message)));
    }
    const before = performed.length;
    expect(before).toBe(40);
    await fixture.engine.cancelRun(TENANT, id, 'key_1');
    expect(await fixture.works()).toEqual([]);
    await fixture.engine.retryRun(TENANT, id, 'key_1');
    await fixture.drain();
    expect((await runNow(fixture, id))?.status).toBe('succeeded');
    expect(performed).toHaveLength(150);
    const stored = await fixture.platform.forTenant(TENANT).store.query(runParts, { limit: 1000 });
    expect(stored.records.every((record) => record.data.status === 'succeeded')).toBe(true);
  });
});
