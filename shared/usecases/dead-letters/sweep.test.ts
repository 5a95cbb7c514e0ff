import { describe, expect, test } from 'vitest';
import { createEngineFixture } from '#tests/support/engine-fixture.ts';
import { putDocument } from '#tests/support/put-document.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { auditEvents, breakers, deadLetters, runs, SYSTEM_TENANT, tenants, work } from '../../domain/collections.ts';
import { type ErrorCode, RectoError } from '../../domain/errors.ts';
import { tenantSchema } from '../../domain/tenant.ts';
import { processDocument, processRecording, reuseResult } from '../../domain/workflows.ts';
import { measureDeadLetters } from './measure.ts';
import { sweepDeadLetters } from './sweep.ts';

const TENANT = 'acme';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A step that fails with `state.code` until that is null, of which `count` runs have used up their attempts. */
async function setUp(count: number, code: ErrorCode, over: Parameters<typeof singleStep>[2] = {}) {
  const state: { code: ErrorCode | null } = { code };
  const fixture = createEngineFixture([
    singleStep(
      'a',
      () => {
        if (state.code !== null) throw new RectoError(state.code, 'broken');
        return done();
      },
      over,
    ),
  ]);
  const { platform, engine, clock } = fixture;
  const { store } = platform.forTenant(TENANT);
  const createdAt = clock.now();
  await store.put(
    tenants,
    { id: TENANT },
    tenantSchema.parse({
      id: TENANT,
      name: TENANT,
      status: 'active',
      limits: {},
      settings: {},
      createdAt,
    }),
  );
  for (let n = 0; n < count; n++) await engine.startRun(TENANT, runOf(chainOf('a')));
  await fixture.drain();
  return {
    ...fixture,
    state,
    store,
    sweep: (retentionDays: number | null = 90) => sweepDeadLetters(platform, engine, { retentionDays }),
    letters: async () => (await store.query(deadLetters, { limit: 1000 })).records.map(({ data }) => data),
    events: async (action: string) =>
      (await store.query(auditEvents, { limit: 1000 })).records
        .map(({ data }) => data)
        .filter((event) => event.action === action),
    waiting: async () => (await store.query(work, { limit: 1000 })).records.map(({ data }) => data),
  };
}

describe('dead letters that are due', () => {
  test('are run again after a pause, and their runs succeed when the cause has passed; it is said who did it', async () => {
    const at = await setUp(2, 'dependency_unavailable');
    await at.sweep();
    expect(await at.waiting()).toEqual([]);
    at.state.code = null;
    await at.clock.advance(15 * MINUTE);
    await at.sweep();
    await at.drain();
    expect((await at.letters()).map(({ status, redrives }) => ({ status, redrives }))).toEqual([
      { status: 'redriven', redrives: 1 },
      { status: 'redriven', redrives: 1 },
    ]);
    const { records } = await at.store.query(runs, {});
    expect(records.map(({ data }) => data.status)).toEqual(['succeeded', 'succeeded']);
    expect(await at.events('deadletter.redriven')).toMatchObject([
      { actor: { kind: 'system', id: 'dead-letter-sweep' } },
      { actor: { kind: 'system', id: 'dead-letter-sweep' } },
    ]);
  });

  test('are run again a bounded number of times, each later than the one before; then they wait for a person', async () => {
    const at = await setUp(1, 'dependency_unavailable');
    const redriven: number[] = [];
    const from = at.clock.now();
    for (let minute = 0; minute < 3 * 24 * 60; minute += 15) {
      await at.clock.advance(15 * MINUTE);
      const before = (await at.letters())[0]?.redrives ?? 0;
      await at.sweep();
      const after = (await at.letters())[0]?.redrives ?? 0;
      if (after > before) redriven.push(Math.round((at.clock.now() - from) / MINUTE));
      await at.drain();
    }
    expect(redriven).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = redriven;
    expect(second - first).toBeGreaterThanOrEqual(120);
    expect(third - second).toBeGreaterThanOrEqual(720);
    expect(await at.letters()).toMatchObject([{ status: 'open', redrives: 3, redriveAt: null }]);
  });

  test.each(['file_corrupt', 'conversion_crashed', 'step_timeout'] as const)(
    'are none with %s, which does not pass by itself',
    async (code) => {
      const at = await setUp(1, code);
      await at.clock.advance(2 * DAY);
      await at.sweep();
      expect(await at.letters()).toMatchObject([{ status: 'open', redrives: 0, redriveAt: null }]);
    },
  );

  test('wait for as long as what their step depends on is down', async () => {
    const at = await setUp(1, 'contention', { dependsOn: 'ocr' });
    const breaker = (state: 'open' | 'closed') =>
      at.platform.system.store.put(
        breakers,
        { id: 'ocr', tenantId: SYSTEM_TENANT },
        { state, failures: 3, openedAt: 0, probeAt: Number.MAX_SAFE_INTEGER, lastSuccessAt: null },
      );
    await breaker('open');
    await at.clock.advance(DAY);
    await at.sweep();
    expect(await at.letters()).toMatchObject([{ status: 'open', redrives: 0, redriveAt: expect.any(Number) }]);
    await breaker('closed');
    at.state.code = null;
    await at.sweep();
    expect(await at.letters()).toMatchObject([{ status: 'redriven' }]);
  });

  test('come back slowly, and no more than a hundred of a tenant at once', async () => {
    const at = await setUp(130, 'overloaded');
    await at.clock.advance(30 * MINUTE);
    await at.sweep();
    const starts = (await at.waiting()).map(({ readyAt }) => readyAt - at.clock.now()).sort((a, b) => a - b);
    expect(starts).toHaveLength(100);
    expect(starts.at(-1)).toBe(99_000);
    expect((await at.letters()).filter(({ status }) => status === 'open')).toHaveLength(30);
  });

  test('that cannot be run again hold up neither the others nor what nobody came for', async () => {
    const at = await setUp(3, 'overloaded');
    const [broken] = await at.letters();
    const run = await at.store.get(runs, { id: broken?.runId ?? '' });
    if (run === null) throw new Error('no run');
    // Of an earlier release, of whose kind there is no step any more.
    const workflow = {
      ...run.data.workflow,
      steps: run.data.workflow.steps.map((step) => ({ ...step, kind: 'gone' })),
    };
    await at.store.put(runs, { id: run.id }, { ...run.data, workflow });
    at.state.code = null;
    await at.clock.advance(30 * MINUTE);
    await at.sweep();
    await at.drain();
    const others = (await at.letters()).filter(({ runId }) => runId !== run.id);
    expect(others.map(({ status }) => status)).toEqual(['redriven', 'redriven']);
    // Alone it is given up in the end, though it is due all the time.
    await at.clock.advance(91 * DAY);
    await at.sweep();
    expect((await at.letters()).find(({ runId }) => runId === run.id)?.status).toBe('discarded');
  });

  test('swept twice at once are run again once', async () => {
    const at = await setUp(5, 'overloaded');
    at.state.code = null;
    await at.clock.advance(30 * MINUTE);
    await Promise.all([at.sweep(), at.sweep()]);
    await at.drain();
    expect((await at.letters()).map(({ redrives }) => redrives)).toEqual([1, 1, 1, 1, 1]);
    expect(await at.events('deadletter.redriven')).toHaveLength(5);
  });

  test('are run again when it is time to try what their step depends on, though nothing else waits for it', async () => {
    const at = await setUp(1, 'contention', { dependsOn: 'ocr' });
    await at.clock.advance(DAY);
    await at.platform.system.store.put(
      breakers,
      { id: 'ocr', tenantId: SYSTEM_TENANT },
      { state: 'open', failures: 3, openedAt: 0, probeAt: at.clock.now() - MINUTE, lastSuccessAt: null },
    );
    at.state.code = null;
    await at.sweep();
    await at.drain();
    expect(await at.letters()).toMatchObject([{ status: 'redriven' }]);
    expect((await at.store.query(runs, {})).records.map(({ data }) => data.status)).toEqual(['succeeded']);
  });

  test.each([processDocument.id, processRecording.id, reuseResult.id])(
    'of a document that a newer run has taken over are left to a person: %s',
    async (id) => {
      const at = await setUp(0, 'overloaded');
      const workflow = { ...chainOf('a'), id };
      for (const [documentId, newer] of [
        ['doc_old', true],
        ['doc_own', false],
      ] as const) {
        const run = runOf(workflow, { documentId });
        await putDocument(at.store, { id: documentId, status: 'failed', runId: newer ? 'run_newer' : run.runId });
        await at.engine.startRun(TENANT, run);
      }
      await at.drain();
      await at.clock.advance(30 * MINUTE);
      await at.sweep();
      const byDocument = Object.fromEntries((await at.letters()).map((letter) => [letter.documentId, letter]));
      expect(byDocument.doc_old).toMatchObject({ status: 'open', redriveAt: null });
      expect(byDocument.doc_own).toMatchObject({ status: 'redriven' });
    },
  );
});

describe('dead letters that nobody came for', () => {
  test('are given up after the retention, with an audit event, and forgotten as long after that', async () => {
    const at = await setUp(1, 'file_corrupt');
    await at.clock.advance(89 * DAY);
    await at.sweep();
    expect(await at.letters()).toMatchObject([{ status: 'open' }]);
    await at.clock.advance(2 * DAY);
    await at.sweep();
    expect(await at.letters()).toMatchObject([{ status: 'discarded', resolvedBy: 'dead-letter-sweep' }]);
    const [letter] = await at.letters();
    expect(await at.events('deadletter.expired')).toMatchObject([
      {
        actor: { kind: 'system', id: 'dead-letter-sweep' },
        targets: [{ type: 'deadLetter', id: letter?.id }],
        metadata: { runId: letter?.runId, code: 'file_corrupt' },
      },
    ]);
    await at.clock.advance(89 * DAY);
    await at.sweep();
    expect(await at.letters()).toHaveLength(1);
    await at.clock.advance(2 * DAY);
    await at.sweep();
    expect(await at.letters()).toEqual([]);
    // What was lost is the letter: the run can be tried again still.
    at.state.code = null;
    await at.engine.retryRun(TENANT, letter?.runId ?? '', 'key_1');
    await at.drain();
    expect((await at.store.get(runs, { id: letter?.runId ?? '' }))?.data.status).toBe('succeeded');
  });

  test('count from their last failure, not from their first', async () => {
    const at = await setUp(1, 'file_corrupt');
    await at.clock.advance(80 * DAY);
    const [letter] = await at.letters();
    await at.engine.redrive(TENANT, { ids: [letter?.id ?? ''], by: 'key_1', requestId: null });
    await at.drain();
    await at.clock.advance(20 * DAY);
    await at.sweep();
    expect(await at.letters()).toMatchObject([{ status: 'open', redrives: 1 }]);
  });

  test('stay while their run is under way, and for ever where no retention is set', async () => {
    const at = await setUp(2, 'file_corrupt');
    const [busy] = await at.letters();
    const run = await at.store.get(runs, { id: busy?.runId ?? '' });
    if (run === null) throw new Error('no run');
    await at.store.put(runs, { id: run.id }, { ...run.data, status: 'running' });
    await at.clock.advance(400 * DAY);
    await at.sweep(null);
    expect((await at.letters()).map(({ status }) => status)).toEqual(['open', 'open']);
    await at.sweep();
    const status = Object.fromEntries((await at.letters()).map((letter) => [letter.runId, letter.status]));
    expect(status[run.id]).toBe('open');
    expect(Object.values(status).sort()).toEqual(['discarded', 'open']);
  });
});

test.each([
  ['file_corrupt', 0],
  ['worker_crashed', 1],
] as const)(
  'that older ones wait is told to the log where they are not their document’s fault: %s',
  async (code, lines) => {
    const at = await setUp(1, code);
    await at.clock.advance(2 * DAY);
    const warned: string[] = [];
    const log = { ...at.platform.log, warn: (message: string) => void warned.push(message) };
    await measureDeadLetters({ ...at.platform, log });
    expect(warned.filter((message) => message === 'dead letters wait for more than a day')).toHaveLength(lines);
  },
);

test('how many are open is told by age', async () => {
  const at = await setUp(2, 'file_corrupt');
  await at.clock.advance(2 * DAY);
  await at.engine.startRun(TENANT, runOf(chainOf('a')));
  await at.drain();
  await at.sweep();
  const text = await at.platform.metrics.expose();
  const open = (age: string): string | undefined =>
    new RegExp(`recto_dead_letters_open\\{age="${age}"\\} (\\d+)`).exec(text)?.[1];
  expect(['hour', 'day', 'week', 'older'].map(open)).toEqual(['1', '0', '2', '0']);
});
