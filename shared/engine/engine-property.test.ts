import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEngineFixture, type EngineFixture } from '#tests/support/engine-fixture.ts';
import { runOf, singleStep } from '#tests/support/test-steps.ts';
import { auditEvents, deadLetters, runParts, runs } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { isTerminal } from '../domain/run.ts';
import type { Workflow } from '../domain/workflow.ts';
import type { PushEnvelope } from '../ports/message-bus.ts';
import type { Engine } from './engine-api.ts';
import type { FanOutStep, Step, StepResult } from './step.ts';

const TENANTS = ['acme', 'globex'];

/** What an attempt does, drawn by its kind and number. `slow` ends well, but only when the test lets it. */
const behaviour = fc.constantFrom('ok', 'ok', 'ok', 'partial', 'transient', 'permanent', 'poison', 'slow');
type Behaviour = 'ok' | 'partial' | 'transient' | 'permanent' | 'poison' | 'slow';

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('dispatch' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), which: fc.nat(30), again: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), which: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), which: fc.nat(10) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(5) }) },
);

/** a → (split, b) → c → advisory d */
const diamond: Workflow = {
  id: 'diamond',
  version: 1,
  steps: [
    { id: 'a', kind: 'a', needs: [] },
    { id: 'split', kind: 'split', needs: ['a'] },
    { id: 'b', kind: 'b', needs: ['a'] },
    { id: 'c', kind: 'c', needs: ['split', 'b'] },
    { id: 'd', kind: 'd', needs: ['c'] },
  ],
};

/** Steps that behave as drawn; each success writes a record that can be written once only. */
function stepsOf(behaviours: readonly Behaviour[], held: (() => void)[]): Step[] {
  let turn = 0;
  const behave = async (): Promise<boolean> => {
    const drawn = behaviours[turn++ % behaviours.length] ?? 'ok';
    if (drawn === 'transient') throw new RectoError('overloaded', 'drawn');
    if (drawn === 'permanent') throw new RectoError('file_corrupt', 'drawn');
    if (drawn === 'poison') throw new RectoError('conversion_crashed', 'drawn');
    if (drawn === 'slow') await new Promise<void>((resolve) => held.push(resolve));
    return drawn === 'partial';
  };
  const once = (runId: string, stepId: string, partial: boolean): StepResult => ({
    output: stepId,
    partial,
    commit: (tx) => {
      const id = `${runId}:${stepId}`;
      tx.create(
        auditEvents,
        { id },
        {
          id,
          action: 'success',
          occurredAt: 0,
          actor: { kind: 'system', id: 's' },
          targets: [],
          requestId: null,
          metadata: {},
        },
      );
    },
  });
  const split: FanOutStep = {
    kind: 'split',
    pool: 'ocr',
    timeoutMs: 20_000,
    maxAttempts: 3,
    plan: async () => [0, 1, 2, 3],
    runPart: async (_, __, part) => {
      await behave();
      return { output: part.index };
    },
    merge: async (ctx, _, parts) => {
      expect(parts.map((part) => part.index)).toEqual([0, 1, 2, 3]);
      return once(ctx.runId, ctx.stepId, await behave());
    },
  };
  const single = (kind: string) =>
    singleStep(kind, async (ctx) => once(ctx.runId, ctx.stepId, await behave()), {
      timeoutMs: 20_000,
      advisory: kind === 'd',
    });
  return [split, ...['a', 'b', 'c', 'd'].map(single)];
}

async function checkEnd(fixture: EngineFixture, started: readonly { tenant: string; id: string }[]): Promise<void> {
  expect(await fixture.works()).toEqual([]);
  for (const { tenant, id } of started) {
    const { store } = fixture.platform.forTenant(tenant);
    const run = (await store.get(runs, { id }))?.data;
    if (run === undefined) throw new Error(`run ${id} is lost`);
    expect(isTerminal(run.status)).toBe(true);
    const states = Object.entries(run.steps);
    const statuses = states.map(([, state]) => state.status);
    expect(statuses.filter((status) => ['pending', 'queued', 'running'].includes(status))).toEqual([]);
    if (run.status === 'succeeded')
      expect(statuses.every((status) => status === 'succeeded' || status === 'failed')).toBe(true);
    // Exactly the steps that are recorded as succeeded had their effect, once.
    for (const [stepId, state] of states)
      expect((await store.get(auditEvents, { id: `${id}:${stepId}` })) !== null).toBe(state.status === 'succeeded');
    const letters = await store.query(deadLetters, { where: [{ field: 'runId', op: '==', value: id }] });
    expect(letters.records.filter((record) => record.data.error.code === 'already_exists')).toEqual([]);
    const { parts } = run.steps.split ?? { parts: null };
    if (parts === null || run.status === 'cancelled') continue;
    expect(parts.succeeded + parts.failed).toBe(parts.total);
    const stored = await store.query(runParts, {
      where: [
        { field: 'runId', op: '==', value: id },
        { field: 'stepId', op: '==', value: 'split' },
      ],
    });
    expect(stored.records.filter((record) => record.data.status === 'succeeded')).toHaveLength(parts.succeeded);
  }
}

test('whatever fails, dies, comes twice, late, out of order or never: every run ends, every effect happens once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(behaviour, { minLength: 1, maxLength: 30 }),
      fc.array(action, { maxLength: 50 }),
      fc.integer({ min: 1, max: 3 }),
      async (behaviours, actions, count) => {
        const held: (() => void)[] = [];
        const fixture = createEngineFixture(stepsOf(behaviours, held), {
          slots: { convert: 2, ocr: 3, cpu: 2, network: 2 },
        });
        let engine: Engine = fixture.engine;
        const mail: PushEnvelope[] = [];
        const handled: Promise<unknown>[] = [];
        const started: { tenant: string; id: string }[] = [];
        for (let i = 0; i < count; i++) {
          const tenant = TENANTS[i % TENANTS.length] ?? 'acme';
          started.push({ tenant, id: (await engine.startRun(tenant, runOf(diamond))).id });
        }
        const collect = (): void => void mail.push(...fixture.taken());
        for (const act of actions) {
          if (act.do === 'dispatch') await engine.dispatch();
          collect();
          if (act.do === 'deliver' || act.do === 'lose') {
            const message = mail[act.which % Math.max(1, mail.length)];
            if (message === undefined) continue;
            if (act.do === 'lose' || !act.again) mail.splice(mail.indexOf(message), 1);
            if (act.do === 'deliver') handled.push(engine.handleMessage(message));
            await fixture.clock.advance(0);
          }
          if (act.do === 'release') held.splice(act.which % Math.max(1, held.length), 1)[0]?.();
          if (act.do === 'wait') await fixture.clock.advance(act.ms);
          if (act.do === 'crash') {
            // The old one lives on as a worker that everybody believes dead: its results come late.
            engine = fixture.another();
            engine.workerGone();
          }
          const target = act.do === 'cancel' ? started[act.which] : undefined;
          if (target !== undefined)
            await engine.cancelRun(target.tenant, target.id, 'key_1').catch((error: RectoError) => {
              expect(error.code).toBe('conflict');
            });
        }
        // From here on all is well, but for what is still held.
        for (let i = 0; i < 200; i++) {
          for (const release of held.splice(0)) release();
          await engine.dispatch();
          collect();
          for (const message of mail.splice(0)) handled.push(engine.handleMessage(message));
          await fixture.clock.advance(5000);
          if ((await fixture.works()).length === 0) break;
        }
        await Promise.all(handled);
        await checkEnd(fixture, started);
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);
