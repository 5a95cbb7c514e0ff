import { runParts, work as workCollection } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { Run, RunPart } from '../domain/run.ts';
import type { Work } from '../domain/work.ts';
import type { StepSpec } from '../domain/workflow.ts';
import type { Claim } from './claim.ts';
import { type EngineCore, stepOf } from './core.ts';
import type { Ending } from './ending.ts';
import { stepState } from './run-state.ts';
import { newWork, partId, workId } from './work-records.ts';

/** Parts of one step that are in the queue at once; each that ends brings in the next. */
const WINDOW = 100;
const WRITES_AT_ONCE = 400;

const plannedPart = (claim: Claim, index: number, input: Json): RunPart => ({
  runId: claim.run.id,
  stepId: claim.spec.id,
  index,
  input,
  status: 'pending',
  attempt: 0,
  output: null,
  error: null,
  attempts: [],
  endedAt: null,
});

/** Work of one part. */
export const partWork = (
  core: EngineCore,
  run: Run,
  spec: StepSpec,
  part: RunPart,
  now: number,
  over: { deadLetterId?: string | null; readyAt?: number } = {},
): { id: string; work: Work } => ({
  id: workId(run.id, spec.id, part.index),
  work: newWork(run, spec, stepOf(core, spec.kind), now, {
    phase: 'part',
    part: part.index,
    attempt: part.attempt,
    ...over,
  }),
});

export const mergeWork = (core: EngineCore, run: Run, spec: StepSpec, now: number): { id: string; work: Work } => ({
  id: workId(run.id, spec.id, null),
  work: newWork(run, spec, stepOf(core, spec.kind), now, { phase: 'merge' }),
});

/** Stores the planned parts, more than one transaction may hold, while the lease is held. False when it is lost. */
export async function writePlan(core: EngineCore, claim: Claim, inputs: readonly Json[]): Promise<boolean> {
  const { store } = core.ports(claim.tenantId);
  for (let start = 0; start < inputs.length; start += WRITES_AT_ONCE) {
    const chunk = inputs.slice(start, start + WRITES_AT_ONCE);
    const held = await store.transaction(async (tx) => {
      const found = await tx.get(workCollection, { id: claim.workId });
      if (found?.data.leaseToken !== claim.token) return false;
      for (const [i, input] of chunk.entries())
        tx.put(runParts, { id: partId(claim.run.id, claim.spec.id, start + i) }, plannedPart(claim, start + i, input));
      return true;
    });
    if (!held) return false;
  }
  return true;
}

/** Queues the first parts of a step that was planned; without any it goes straight to its merge. */
export function startParts(ending: Ending, inputs: readonly Json[]): void {
  const { core, tx, claim, run, now } = ending;
  const state = stepState(run, claim.spec.id);
  state.parts = { total: inputs.length, succeeded: 0, failed: 0 };
  state.status = inputs.length === 0 ? 'queued' : 'running';
  if (inputs.length === 0) ending.created.push(mergeWork(core, run, claim.spec, now));
  for (const [index, input] of inputs.slice(0, WINDOW).entries()) {
    const part: RunPart = { ...plannedPart(claim, index, input), status: 'queued' };
    tx.put(runParts, { id: partId(run.id, claim.spec.id, index) }, part);
    ending.created.push(partWork(core, run, claim.spec, part, now));
  }
}

/** A part has ended: the next one is queued, or all are merged; a step whose every part failed has failed. */
export async function afterPart(ending: Ending): Promise<void> {
  const { core, tx, claim, run, now } = ending;
  const state = stepState(run, claim.spec.id);
  if (state.parts === null) throw new RectoError('internal', `${claim.workId} has no parts.`);
  const { total, succeeded, failed } = state.parts;
  if (succeeded + failed < total) {
    const [next] = await tx.query(runParts, {
      where: [
        { field: 'runId', op: '==', value: run.id },
        { field: 'stepId', op: '==', value: claim.spec.id },
        { field: 'status', op: '==', value: 'pending' },
      ],
      orderBy: [{ field: 'index', direction: 'asc' }],
      limit: 1,
    });
    if (next === undefined || next.data.index >= total) return;
    const part: RunPart = { ...next.data, status: 'queued' };
    tx.put(runParts, { id: next.id }, part);
    ending.created.push(partWork(core, run, claim.spec, part, now));
    return;
  }
  if (failed < total) {
    ending.created.push(mergeWork(core, run, claim.spec, now));
    return;
  }
  state.status = 'failed';
  state.endedAt = now;
  state.error = ending.part?.error ?? null;
}
