import { RectoError } from '../domain/errors.ts';
import type { Attempt, ErrorRecord, Run, StepState } from '../domain/run.ts';
import type { StepSpec } from '../domain/workflow.ts';
import type { RunParams } from './step.ts';

const KEPT_ATTEMPTS = 10;
const ENDED: readonly string[] = ['succeeded', 'failed', 'skipped', 'cancelled'];

/** Whether a step that fails leaves its run alone. */
export type IsAdvisory = (spec: StepSpec) => boolean;

const pendingStep = (): StepState => ({
  status: 'pending',
  attempt: 0,
  startedAt: null,
  endedAt: null,
  output: null,
  error: null,
  attempts: [],
  parts: null,
  partial: false,
});

/** A queued run. `invalid_request` when the workflow is no DAG listed in order. */
export function newRun(params: RunParams, now: number): Run {
  const known = new Set<string>();
  for (const spec of params.workflow.steps) {
    const missing = spec.needs.find((need) => !known.has(need));
    if (missing !== undefined || known.has(spec.id))
      throw new RectoError(
        'invalid_request',
        `Step ${spec.id} of workflow ${params.workflow.id} ${missing === undefined ? 'occurs twice' : `needs ${missing}, which no earlier step is`}.`,
      );
    known.add(spec.id);
  }
  return {
    id: params.runId,
    workflow: params.workflow,
    status: 'queued',
    priority: params.priority ?? 5,
    input: params.input,
    documentId: params.documentId ?? null,
    batchId: params.batchId ?? null,
    steps: Object.fromEntries(params.workflow.steps.map((spec) => [spec.id, pendingStep()])),
    error: null,
    cancelRequestedAt: null,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    revision: 1,
    origin: params.origin,
  };
}

export function stepState(run: Run, stepId: string): StepState {
  const state = run.steps[stepId];
  if (state === undefined) throw new RectoError('internal', `Run ${run.id} has no step ${stepId}.`);
  return state;
}

export function stepSpec(run: Run, stepId: string): StepSpec {
  const spec = run.workflow.steps.find((entry) => entry.id === stepId);
  if (spec === undefined) throw new RectoError('internal', `The workflow of run ${run.id} has no step ${stepId}.`);
  return spec;
}

/**
 * Skips what can no longer run and returns the steps that may start now, marked queued. When every step has ended, so does
 * the run. Changes `run`.
 */
export function advance(run: Run, now: number, isAdvisory: IsAdvisory): StepSpec[] {
  const startable: StepSpec[] = [];
  for (const spec of run.workflow.steps) {
    const state = stepState(run, spec.id);
    if (state.status !== 'pending') continue;
    const needs = spec.needs.map((need) => ({ status: stepState(run, need).status, spec: stepSpec(run, need) }));
    if (needs.some((need) => !ENDED.includes(need.status))) continue;
    if (needs.every((need) => need.status === 'succeeded' || (need.status === 'failed' && isAdvisory(need.spec)))) {
      state.status = 'queued';
      startable.push(spec);
    } else {
      state.status = 'skipped';
      state.endedAt = now;
    }
  }
  run.revision += 1;
  if (run.workflow.steps.every((spec) => ENDED.includes(stepState(run, spec.id).status))) end(run, now, isAdvisory);
  return startable;
}

function end(run: Run, now: number, isAdvisory: IsAdvisory): void {
  const failed = run.workflow.steps.find((spec) => stepState(run, spec.id).status === 'failed' && !isAdvisory(spec));
  const partial = run.workflow.steps.some((spec) => stepState(run, spec.id).partial);
  run.status = failed !== undefined ? 'failed' : partial ? 'partial' : 'succeeded';
  run.error = failed === undefined ? null : stepState(run, failed.id).error;
  run.endedAt = now;
}

/** Ends every step that has not ended, and the run. Changes `run`. */
export function cancelAll(run: Run, now: number): void {
  for (const state of Object.values(run.steps)) {
    if (ENDED.includes(state.status)) continue;
    state.status = 'cancelled';
    state.endedAt = now;
  }
  run.status = 'cancelled';
  run.cancelRequestedAt = now;
  run.endedAt = now;
  run.revision += 1;
}

/** Makes an ended run run again. Changes `run`. */
export function reopenRun(run: Run): void {
  run.status = 'running';
  run.error = null;
  run.endedAt = null;
  run.cancelRequestedAt = null;
  run.revision += 1;
}

/** The step may run again; what depends on it is undone, as its input will change. Returns the ids undone. Changes `run`. */
export function reopenStep(run: Run, stepId: string): Set<string> {
  const state = stepState(run, stepId);
  state.status = 'queued';
  state.endedAt = null;
  state.error = null;
  state.output = null;
  state.partial = false;
  const undone = new Set<string>();
  for (const spec of run.workflow.steps) {
    if (!spec.needs.some((need) => need === stepId || undone.has(need))) continue;
    undone.add(spec.id);
    const { attempt, attempts } = stepState(run, spec.id);
    run.steps[spec.id] = { ...pendingStep(), attempt, attempts };
  }
  return undone;
}

/** Ids of the steps whose outputs the step may see: those it needs, and theirs. */
export function neededBy(run: Run, stepId: string): Set<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    for (const need of stepSpec(run, id).needs) {
      if (found.has(need)) continue;
      found.add(need);
      visit(need);
    }
  };
  visit(stepId);
  return found;
}

export const keepAttempt = (attempts: readonly Attempt[], attempt: Attempt): Attempt[] =>
  [...attempts, attempt].slice(-KEPT_ATTEMPTS);

/** What is recorded of an error. Details that are not JSON are left out. */
export function errorRecord(error: RectoError): ErrorRecord {
  const record: ErrorRecord = { code: error.code, message: error.message.slice(0, 2000), class: error.class };
  if (error.details === undefined) return record;
  const text = JSON.stringify(error.details);
  return text.length > 4000 ? record : { ...record, details: JSON.parse(text) };
}
