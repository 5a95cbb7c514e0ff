import { describe, expect, test } from 'vitest';
import { createEngineFixture, type EngineFixture } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { auditEvents, deadLetters, runs } from '../domain/collections.ts';
import { type ErrorCode, RectoError } from '../domain/errors.ts';

const TENANT = 'acme';

/** Runs whose only step failed, one dead letter each. */
async function withDeadLetters(count: number, code: ErrorCode = 'file_corrupt') {
  const state = { broken: true, calls: 0 };
  const step = singleStep('a', () => {
    state.calls += 1;
    if (state.broken) throw new RectoError(code, 'broken');
    return done();
  });
  const fixture = createEngineFixture([step, singleStep('b', () => done())]);
  for (let i = 0; i < count; i++) {
    await fixture.engine.startRun(TENANT, runOf(chainOf('a', 'b')));
    await fixture.drain();
    await fixture.clock.advance(10);
  }
  return { fixture, state, store: fixture.platform.forTenant(TENANT).store };
}
const letters = async (fixture: EngineFixture) =>
  (
    await fixture.platform
      .forTenant(TENANT)
      .store.query(deadLetters, { orderBy: [{ field: 'createdAt', direction: 'desc' }], limit: 1000 })
  ).records
    .map((record) => record.data)
    .reverse();
const by = { by: 'key_1', requestId: 'req_1' };

describe('redriving', () => {
  test('runs the step again and what was skipped after it, and says who did it', async () => {
    const { fixture, state, store } = await withDeadLetters(1);
    const [letter] = await letters(fixture);
    if (letter === undefined) throw new Error('no dead letter');
    state.broken = false;
    const outcome = await fixture.engine.redrive(TENANT, { ids: [letter.id], ...by });
    expect(outcome).toMatchObject({ matched: 1, dryRun: false, redriven: [{ status: 'redriven', redrives: 1 }] });
    await fixture.drain();
    const run = await store.get(runs, { id: letter.runId });
    expect(run?.data).toMatchObject({ status: 'succeeded', steps: { a: { attempt: 2 }, b: { status: 'succeeded' } } });
    const audit = await store.query(auditEvents, {});
    expect(audit.records.map((record) => record.data)).toMatchObject([
      {
        action: 'deadletter.redriven',
        actor: { kind: 'apiKey', id: 'key_1' },
        requestId: 'req_1',
        targets: [{ type: 'deadLetter', id: letter.id }],
      },
    ]);
  });

  test('of one that fails again opens the same dead letter once more', async () => {
    const { fixture } = await withDeadLetters(1);
    const [letter] = await letters(fixture);
    await fixture.engine.redrive(TENANT, { ids: [letter?.id ?? ''], ...by });
    await fixture.drain();
    const after = await letters(fixture);
    expect(after).toMatchObject([{ id: letter?.id, status: 'open', redrives: 1 }]);
    expect(after[0]?.attempts.map((attempt) => attempt.number)).toEqual([1, 2]);
  });

  test('dry changes nothing and says how many match', async () => {
    const { fixture } = await withDeadLetters(3);
    const before = await letters(fixture);
    const outcome = await fixture.engine.redrive(TENANT, { filter: { stepKind: 'a' }, dryRun: true, ...by });
    expect(outcome).toEqual({ matched: 3, redriven: [], dryRun: true });
    expect(await letters(fixture)).toEqual(before);
    expect(await fixture.works()).toEqual([]);
  });

  test('takes those that match the filter only, up to the limit', async () => {
    const { fixture } = await withDeadLetters(4);
    const [, second] = await letters(fixture);
    const match = async (filter: object, limit?: number) =>
      (await fixture.engine.redrive(TENANT, { filter, dryRun: true, ...(limit === undefined ? {} : { limit }), ...by }))
        .matched;
    expect(await match({ stepKind: 'b' })).toBe(0);
    expect(await match({ code: 'file_corrupt' })).toBe(4);
    expect(await match({ code: 'overloaded' })).toBe(0);
    expect(await match({ createdAfter: second?.createdAt ?? 0 })).toBe(2);
    expect(await match({ createdBefore: second?.createdAt ?? 0 })).toBe(1);
    expect(await match({}, 3)).toBe(3);
  });

  test('many spreads them over time', async () => {
    const { fixture, state } = await withDeadLetters(6);
    state.broken = false;
    state.calls = 0;
    await fixture.engine.redrive(TENANT, { filter: {}, ratePerSecond: 2, ...by });
    const started: number[] = [];
    for (let second = 0; second < 3; second++) {
      await fixture.engine.dispatch();
      await Promise.all(fixture.taken().map((message) => fixture.engine.handleMessage(message)));
      started.push(state.calls);
      await fixture.clock.advance(1000);
    }
    expect(started).toEqual([1, 3, 5]);
    await fixture.drain();
    expect(state.calls).toBe(6);
  });

  test('is refused for one that is unknown, resolved, another tenant’s, or of a cancelled run', async () => {
    const { fixture, state } = await withDeadLetters(1);
    const [letter] = await letters(fixture);
    const ids = [letter?.id ?? ''];
    await expect(fixture.engine.redrive('rival', { ids, ...by })).rejects.toMatchObject({ code: 'not_found' });
    await expect(fixture.engine.redrive(TENANT, { ids: ['dlq_x'], ...by })).rejects.toMatchObject({
      code: 'not_found',
    });
    state.broken = false;
    await fixture.engine.redrive(TENANT, { ids, ...by });
    await expect(fixture.engine.redrive(TENANT, { ids, ...by })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('discarding', () => {
  test('keeps the dead letter on record, says who did it, and changes nothing the second time', async () => {
    const { fixture, store } = await withDeadLetters(1);
    const [letter] = await letters(fixture);
    const id = letter?.id ?? '';
    const discarded = await fixture.engine.discard(TENANT, id, 'key_1', 'req_1');
    expect(discarded).toMatchObject({ status: 'discarded', resolvedBy: 'key_1' });
    expect(await fixture.engine.discard(TENANT, id, 'key_2', null)).toEqual(discarded);
    expect((await store.query(auditEvents, {})).records).toHaveLength(1);
    await expect(fixture.engine.redrive(TENANT, { ids: [id], ...by })).rejects.toMatchObject({ code: 'conflict' });
    await expect(fixture.engine.discard('rival', id, 'key_1', null)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('retrying a run', () => {
  test('is refused while it runs, when it is unknown and when nothing failed', async () => {
    const { fixture, state } = await withDeadLetters(0);
    state.broken = false;
    const { id } = await fixture.engine.startRun(TENANT, runOf(chainOf('a')));
    await expect(fixture.engine.retryRun(TENANT, id, 'key_1')).rejects.toMatchObject({ code: 'conflict' });
    await fixture.drain();
    await expect(fixture.engine.retryRun(TENANT, id, 'key_1')).rejects.toMatchObject({ code: 'conflict' });
    await expect(fixture.engine.retryRun(TENANT, 'run_x', 'key_1')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('gives the failed step a fresh set of attempts', async () => {
    const { fixture, state } = await withDeadLetters(1, 'overloaded');
    expect(state.calls).toBe(3);
    const [letter] = await letters(fixture);
    await fixture.engine.retryRun(TENANT, letter?.runId ?? '', 'key_1');
    await fixture.drain();
    expect(state.calls).toBe(6);
    expect(await letters(fixture)).toMatchObject([{ id: letter?.id, status: 'open', redrives: 1 }]);
  });
});
