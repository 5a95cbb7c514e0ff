import { describe, expect, test } from 'vitest';
import type { EngineFixture } from '#tests/support/engine-fixture.ts';
import { createEngineFixture } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { auditEvents, deadLetters, runs } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import type { Run } from '../domain/run.ts';
import type { EngineOptions } from './engine-api.ts';
import type { StepInput } from './step.ts';

const TENANT = 'acme';
const runOfId = async (fixture: EngineFixture, id: string): Promise<Run> => {
  const found = await fixture.platform.forTenant(TENANT).store.get(runs, { id });
  if (found === null) throw new Error(`no run ${id}`);
  return found.data;
};
const openLetters = async (fixture: EngineFixture) =>
  (await fixture.platform.forTenant(TENANT).store.query(deadLetters, {})).records.map((record) => record.data);

describe('a run', () => {
  test('does its steps in order, each seeing the outputs of those it needs and of theirs', async () => {
    const seen: StepInput[] = [];
    const steps = ['a', 'b', 'c'].map((kind) =>
      singleStep(kind, (_, input) => {
        seen.push(input);
        return done(kind);
      }),
    );
    const fixture = createEngineFixture(steps);
    const started = await fixture.engine.startRun(TENANT, runOf(chainOf('a', 'b', 'c'), { input: { x: 1 } }));
    expect(started).toMatchObject({ status: 'queued', revision: 1, steps: { a: { status: 'queued' } } });
    await fixture.drain();
    const run = await runOfId(fixture, started.id);
    expect(run).toMatchObject({ status: 'succeeded', error: null, steps: { c: { status: 'succeeded', output: 'c' } } });
    expect(seen.map((input) => input.outputs)).toEqual([{}, { a: 'a' }, { a: 'a', b: 'b' }]);
    expect(seen[0]?.run).toEqual({ x: 1 });
    expect(await fixture.works()).toEqual([]);
  });

  test('of one pool needs one message: the slot moves along', async () => {
    const fixture = createEngineFixture(['a', 'b', 'c'].map((kind) => singleStep(kind, () => done())));
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a', 'b', 'c')));
    expect(await fixture.engine.dispatch()).toBe(1);
    for (const message of fixture.taken()) await fixture.engine.handleMessage(message);
    expect((await runOfId(fixture, id)).status).toBe('succeeded');
    expect(await fixture.engine.dispatch()).toBe(0);
  });

  test('is refused when a step needs one that comes later, or is of an unknown kind', async () => {
    const fixture = createEngineFixture([singleStep('a', () => done())]);
    const cyclic = chainOf('a', 'a');
    await expect(fixture.engine.startRun(TENANT, runOf(cyclic))).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(fixture.engine.startRun(TENANT, runOf(chainOf('b')))).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect(await fixture.works()).toEqual([]);
  });

  test('is partial when a step left something out', async () => {
    const fixture = createEngineFixture([singleStep('a', () => ({ output: 1, partial: true }))]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    expect((await runOfId(fixture, id)).status).toBe('partial');
  });

  test('calls the end hook in the ending transaction, where it may start a further run', async () => {
    const follow = runOf(chainOf('a'));
    const ended: string[] = [];
    const options: Partial<EngineOptions> = {
      onRunEnd: (_, { run, enqueueRun }) => {
        ended.push(`${run.id} ${run.status}`);
        if (run.id !== follow.runId) enqueueRun(follow);
      },
    };
    const fixture = createEngineFixture([singleStep('a', () => done())], options);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    expect(ended).toEqual([`${id} succeeded`, `${follow.runId} succeeded`]);
  });

  test('commits the step’s own writes with its end', async () => {
    const event = {
      id: 'aud_1',
      action: 'x',
      occurredAt: 1,
      actor: { kind: 'system', id: 's' },
      targets: [],
      requestId: null,
      metadata: {},
    };
    const steps = [
      singleStep('a', () => ({ output: null, commit: (tx) => tx.create(auditEvents, { id: 'aud_1' }, event) })),
    ];
    const fixture = createEngineFixture(steps);
    await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    expect((await fixture.platform.forTenant(TENANT).store.get(auditEvents, { id: 'aud_1' }))?.data).toEqual(event);
  });
});

describe('a failing step', () => {
  const failing = (error: RectoError, times = Number.POSITIVE_INFINITY) => {
    let calls = 0;
    const step = singleStep('a', () => {
      calls += 1;
      if (calls <= times) throw error;
      return done('ok');
    });
    return { step, calls: () => calls };
  };

  test('is tried again after a backoff when the error is transient', async () => {
    const { step, calls } = failing(new RectoError('overloaded', 'busy'), 2);
    const fixture = createEngineFixture([step]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    const run = await runOfId(fixture, id);
    expect(run.status).toBe('succeeded');
    expect(calls()).toBe(3);
    expect(run.steps.a?.attempts.map((attempt) => [attempt.number, attempt.error?.code])).toEqual([
      [1, 'overloaded'],
      [2, 'overloaded'],
    ]);
  });

  test('waits at least as long as the error asks', async () => {
    const { step, calls } = failing(new RectoError('rate_limited', 'slow down', { retryAfter: 120 }), 1);
    const fixture = createEngineFixture([step]);
    await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.engine.dispatch();
    for (const message of fixture.taken()) await fixture.engine.handleMessage(message);
    await fixture.clock.advance(119_000);
    expect(await fixture.engine.dispatch()).toBe(0);
    await fixture.clock.advance(1000);
    expect(await fixture.engine.dispatch()).toBe(1);
    for (const message of fixture.taken()) await fixture.engine.handleMessage(message);
    expect(calls()).toBe(2);
  });

  test('becomes a dead letter with its history when its attempts are used up, and what needs it is skipped', async () => {
    const { step, calls } = failing(new RectoError('overloaded', 'busy'));
    const fixture = createEngineFixture([step, singleStep('b', () => done())]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a', 'b'), { input: { key: 'k' } }));
    await fixture.drain();
    const run = await runOfId(fixture, id);
    expect(calls()).toBe(3);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'overloaded' }, steps: { b: { status: 'skipped' } } });
    const [letter] = await openLetters(fixture);
    expect(letter).toMatchObject({ runId: id, stepId: 'a', status: 'open', input: { run: { key: 'k' } } });
    expect(letter?.attempts).toHaveLength(3);
  });

  test('is not tried again when the error is permanent', async () => {
    const { step, calls } = failing(new RectoError('file_corrupt', 'broken'));
    const fixture = createEngineFixture([step]);
    await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    expect(calls()).toBe(1);
    expect(await openLetters(fixture)).toHaveLength(1);
  });

  test('is quarantined after three tries when it is poison', async () => {
    const { step, calls } = failing(new RectoError('conversion_crashed', 'boom'));
    const fixture = createEngineFixture([{ ...step, maxAttempts: 50 }]);
    await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    expect(calls()).toBe(3);
    expect((await openLetters(fixture))[0]?.error.class).toBe('poison');
  });

  test('is tried twice only when it hangs its converter, however many crashes are borne', async () => {
    const { step, calls } = failing(new RectoError('conversion_timeout', 'hung'));
    const fixture = createEngineFixture([step], { maxCrashes: 10 });
    await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    expect(calls()).toBe(2);
    expect(await openLetters(fixture)).toHaveLength(1);
  });

  test('waits out a full disk without using up its attempts', async () => {
    const { step, calls } = failing(new RectoError('storage_full', 'no room', { retryAfter: 30 }), 40);
    const fixture = createEngineFixture([step]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    expect(calls()).toBe(41);
    expect((await runOfId(fixture, id)).status).toBe('succeeded');
    expect(await openLetters(fixture)).toEqual([]);
  });

  test('leaves the run alone when it is advisory, and what needs it goes on without its output', async () => {
    const { step } = failing(new RectoError('file_corrupt', 'broken'));
    const seen: StepInput[] = [];
    const next = singleStep('b', (_, input) => {
      seen.push(input);
      return done();
    });
    const fixture = createEngineFixture([{ ...step, advisory: true }, next]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a', 'b')));
    await fixture.drain();
    expect(await runOfId(fixture, id)).toMatchObject({ status: 'succeeded', steps: { a: { status: 'failed' } } });
    expect(seen[0]?.outputs).toEqual({});
    expect(await openLetters(fixture)).toHaveLength(1);
  });

  test.each([
    ['letters', 'x'.repeat(65_535)],
    ['letters of several bytes', '€'.repeat(22_000)],
  ])('fails when its output is too large to be a pointer, and says what to do instead: %s', async (_, output) => {
    const fixture = createEngineFixture([singleStep('a', () => done(output))]);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    const { error } = await runOfId(fixture, id);
    expect(error).toMatchObject({ code: 'limit_exceeded', message: expect.stringContaining('Write what is large to') });
    expect(await openLetters(fixture)).toHaveLength(1);
  });

  test('whose output no longer fits into the record of its run fails, and holds nothing up', async () => {
    const kinds = Array.from({ length: 20 }, (_, n) => `s${n}`);
    const fixture = createEngineFixture(kinds.map((kind) => singleStep(kind, () => done('x'.repeat(65_000)))));
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf(...kinds)));
    await fixture.drain();
    expect((await runOfId(fixture, id)).error?.code).toBe('record_too_large');
    expect(await openLetters(fixture)).toHaveLength(1);
    expect(await fixture.works()).toEqual([]);
  });

  test('is started by a message that points to it, however large its input and what came before it', async () => {
    const sizes: number[] = [];
    const fixture = createEngineFixture([
      singleStep('a', () => done('x'.repeat(65_000))),
      singleStep('b', () => done()),
    ]);
    await fixture.engine.startRun(TENANT, runOf(chainOf('a', 'b'), { input: { large: 'y'.repeat(300_000) } }));
    for (let rounds = 0; rounds < 4; rounds++) {
      await fixture.engine.dispatch();
      const messages = fixture.taken();
      sizes.push(...messages.map(({ message }) => JSON.stringify(message).length));
      for (const message of messages) await fixture.engine.handleMessage(message);
    }
    expect(await fixture.works()).toEqual([]);
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThan(1000);
  });

  test('fails when its own writes are refused, with none of them kept', async () => {
    const steps = [
      singleStep('a', () => ({
        output: null,
        commit: () => {
          throw new RectoError('already_exists', 'taken');
        },
      })),
    ];
    const fixture = createEngineFixture(steps);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.drain();
    expect(await runOfId(fixture, id)).toMatchObject({ status: 'failed', error: { code: 'already_exists' } });
  });

  test('takes its timeout for a transient failure, and aborts what is under way', async () => {
    const reasons: unknown[] = [];
    const steps = [
      singleStep(
        'a',
        (ctx) =>
          new Promise((_, reject) => {
            ctx.signal.addEventListener('abort', () => {
              reasons.push(ctx.signal.reason);
              reject(ctx.signal.reason);
            });
          }),
        { timeoutMs: 500, maxAttempts: 1 },
      ),
    ];
    const fixture = createEngineFixture(steps);
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await fixture.engine.dispatch();
    const handled = Promise.all(fixture.taken().map((message) => fixture.engine.handleMessage(message)));
    await fixture.clock.advance(0);
    await fixture.clock.advance(600);
    await handled;
    expect(await runOfId(fixture, id)).toMatchObject({ status: 'failed', error: { code: 'step_timeout' } });
    expect(reasons).toHaveLength(1);
  });
});
