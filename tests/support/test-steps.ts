import type { Json } from '#shared/domain/json.ts';
import type { Workflow } from '#shared/domain/workflow.ts';
import type { RunParams, SingleStep, StepContext, StepInput, StepResult } from '#shared/engine/step.ts';

let runs = 0;

/** A single step of the CPU pool, 3 attempts, a minute each, unless told otherwise. */
export const singleStep = (
  kind: string,
  run: (ctx: StepContext, input: StepInput) => Promise<StepResult> | StepResult,
  over: Partial<SingleStep> = {},
): SingleStep => ({
  kind,
  pool: 'cpu',
  timeoutMs: 60_000,
  maxAttempts: 3,
  run: async (ctx, input) => run(ctx, input),
  ...over,
});

export const done = (output: Json = null): StepResult => ({ output });

/** Steps one after another, each of the kind that it is named after. */
export const chainOf = (...kinds: string[]): Workflow => ({
  id: 'test',
  version: 1,
  steps: kinds.map((kind, i) => ({ id: kind, kind, needs: i === 0 ? [] : [kinds[i - 1] ?? ''] })),
});

export const runOf = (workflow: Workflow, over: Partial<RunParams> = {}): RunParams => ({
  runId: `run_${String(++runs).padStart(6, '0')}`,
  workflow,
  input: {},
  origin: { kind: 'api', requestId: null, by: null },
  ...over,
});
