import { describe, expect, test } from 'vitest';
import { createEngineFixture, type EngineFixture } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { RectoError } from '../domain/errors.ts';
import { readStepMessage } from './work-records.ts';

const slots = (cpu: number) => ({ convert: 0, ocr: 0, cpu, network: 0 });
const noop = () => singleStep('a', () => done());
/** Tenants of what was published since, in order. */
const tenantsOf = (fixture: EngineFixture) => fixture.taken().map((message) => readStepMessage(message).tenantId);
const startMany = async (fixture: EngineFixture, tenant: string, count: number, priority = 5) => {
  for (let i = 0; i < count; i++) await fixture.engine.startRun(tenant, runOf(chainOf('a'), { priority }));
};

describe('dispatching', () => {
  test('never takes more slots than the pool has, and gives a slot back when its step ends', async () => {
    const fixture = createEngineFixture([noop()], { slots: slots(3) });
    await startMany(fixture, 'acme', 5);
    expect(await fixture.engine.dispatch()).toBe(3);
    expect(await fixture.engine.dispatch()).toBe(0);
    const [first] = fixture.taken();
    if (first !== undefined) await fixture.engine.handleMessage(first);
    expect(await fixture.engine.dispatch()).toBe(1);
    const metrics = await fixture.platform.metrics.expose();
    expect(metrics).toMatch(/recto_queue_depth\{kind="a"\} 5/);
    expect(metrics).toMatch(/recto_slots_used\{pool="cpu"\} 2/);
  });

  test('gives tenants one turn each a round, however long their queues, and goes on where it was', async () => {
    const fixture = createEngineFixture([noop()], { slots: slots(4) });
    await startMany(fixture, 'a-big', 20);
    await startMany(fixture, 'b-small', 2);
    await startMany(fixture, 'c-small', 2);
    const order: string[] = [];
    for (let i = 0; i < 3; i++) {
      await fixture.engine.dispatch();
      const messages = fixture.taken();
      order.push(...messages.map((message) => readStepMessage(message).tenantId));
      for (const message of messages) await fixture.engine.handleMessage(message);
    }
    expect(order.slice(0, 8)).toEqual(['a-big', 'b-small', 'c-small', 'a-big', 'b-small', 'c-small', 'a-big', 'a-big']);
  });

  test('never starves a tenant that comes late to a full queue', async () => {
    const fixture = createEngineFixture([noop()], { slots: slots(1) });
    await startMany(fixture, 'big', 50);
    await fixture.engine.dispatch();
    const [first] = fixture.taken();
    await startMany(fixture, 'late', 1);
    if (first !== undefined) await fixture.engine.handleMessage(first);
    await fixture.engine.dispatch();
    expect(tenantsOf(fixture)).toEqual(['late']);
  });

  test('takes a tenant’s urgent work first', async () => {
    const fixture = createEngineFixture([noop()], { slots: slots(1) });
    await startMany(fixture, 'acme', 2, 5);
    const urgent = await fixture.engine.startRun('acme', runOf(chainOf('a'), { priority: 0 }));
    await fixture.engine.dispatch();
    expect(fixture.taken().map((message) => readStepMessage(message).workId)).toEqual([`${urgent.id}:a`]);
  });

  test('by two processes at once fills no slot twice', async () => {
    const fixture = createEngineFixture([noop()], { slots: slots(3) });
    await startMany(fixture, 'acme', 10);
    const counts = await Promise.all(
      [fixture.engine, fixture.another(), fixture.another()].map((one) => one.dispatch()),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(new Set(fixture.taken().map((message) => readStepMessage(message).workId)).size).toBe(3);
  });

  test('in the background starts what comes, and retries when it is due', async () => {
    let calls = 0;
    const flaky = singleStep('a', () => {
      calls += 1;
      if (calls === 1) throw new RectoError('overloaded', 'busy');
      return done();
    });
    const fixture = createEngineFixture([flaky]);
    fixture.engine.start();
    await fixture.engine.startRun('acme', runOf(chainOf('a')));
    for (let i = 0; i < 20 && calls < 2; i++) {
      await fixture.clock.advance(100);
      for (const message of fixture.taken()) await fixture.engine.handleMessage(message);
    }
    expect(calls).toBe(2);
    await fixture.engine.stop(0);
  });
});

describe('a circuit breaker', () => {
  function withService(over = {}) {
    const state = { up: false, calls: 0 };
    const step = singleStep(
      'a',
      () => {
        state.calls += 1;
        if (!state.up) throw new RectoError('dependency_unavailable', 'the OCR service does not answer');
        return done();
      },
      { dependsOn: 'ocr', maxAttempts: 3, ...over },
    );
    return { state, step };
  }
  const deliver = async (fixture: EngineFixture) => {
    const published = await fixture.engine.dispatch();
    await Promise.all(fixture.taken().map((message) => fixture.engine.handleMessage(message)));
    return published;
  };

  test('stops starting work while the service is down, lets one probe through, and loses nothing', async () => {
    const { state, step } = withService();
    const fixture = createEngineFixture([step, singleStep('b', () => done())], { slots: slots(5) });
    await startMany(fixture, 'acme', 20);
    await deliver(fixture);
    expect(state.calls).toBe(5);
    expect(await deliver(fixture)).toBe(0);
    // Others go on.
    await fixture.engine.startRun('acme', runOf(chainOf('b')));
    expect(await deliver(fixture)).toBe(1);
    for (let minute = 0; minute < 60; minute++) {
      await fixture.clock.advance(60_000);
      expect(await deliver(fixture)).toBe(1);
    }
    expect(state.calls).toBe(65);
    state.up = true;
    await fixture.drain();
    expect(await fixture.platform.metrics.expose()).toMatch(/recto_runs_total\{[^}]*succeeded[^}]*\} 21/);
  });

  test('lets work that may do without the service start, and holds back only what the service has refused', async () => {
    const state = { up: false, refusals: 0 };
    const step = singleStep(
      'a',
      (_, input) => {
        if (input.run.scan !== true || state.up) return done();
        state.refusals += 1;
        throw new RectoError('dependency_unavailable', 'the OCR service does not answer');
      },
      { dependsOn: 'ocr', mayDoWithout: true },
    );
    const fixture = createEngineFixture([step], { slots: slots(3) });
    for (let i = 0; i < 30; i++)
      await fixture.engine.startRun('acme', runOf(chainOf('a'), { input: { scan: true }, priority: 1 }));
    for (let second = 0; second < 60; second++) {
      await deliver(fixture);
      await fixture.clock.advance(1000);
    }
    // Each asked once; beyond that only probes.
    expect(state.refusals).toBeLessThan(45);
    await fixture.engine.startRun('acme', runOf(chainOf('a'), { input: { scan: false } }));
    for (let pass = 0; pass < 3; pass++) await deliver(fixture);
    const ended = /recto_runs_total\{[^}]*succeeded[^}]*\} 1\n/;
    expect(await fixture.platform.metrics.expose()).toMatch(ended);
    state.up = true;
    await fixture.drain();
    expect(await fixture.platform.metrics.expose()).toMatch(/recto_runs_total\{[^}]*succeeded[^}]*\} 31\n/);
  });

  test('stays closed for scattered failures and for refusals that are answers', async () => {
    const { state, step } = withService();
    const fixture = createEngineFixture([step], { slots: slots(1) });
    await startMany(fixture, 'acme', 1);
    await deliver(fixture);
    await fixture.clock.advance(60_000);
    await deliver(fixture);
    state.up = true;
    await startMany(fixture, 'acme', 1);
    await fixture.drain();
    state.up = false;
    await startMany(fixture, 'acme', 1);
    await deliver(fixture);
    await fixture.clock.advance(1000);
    expect(await deliver(fixture)).toBe(1);
  });
});
