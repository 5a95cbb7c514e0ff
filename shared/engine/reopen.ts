import { deadLetters, runParts, runs, work as workCollection } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { type DeadLetter, isTerminal, type Run } from '../domain/run.ts';
import type { Transaction } from '../ports/document-store.ts';
import { type EngineCore, stepOf } from './core.ts';
import { mergeWork, partWork } from './fan-out.ts';
import { reopenRun, reopenStep, stepState } from './run-state.ts';
import { isFanOut } from './step.ts';
import { newWork, partId, workId } from './work-records.ts';

/** Parts reopened in one transaction: three writes each. */
export const PARTS_AT_ONCE = 120;

/** A step, or one part of it, that is to run again. */
export interface Target {
  stepId: string;
  part: number | null;
  deadLetterId: string | null;
  readyAt: number;
}

/**
 * Makes failed steps and parts of a run run again, in the caller's transaction, keeping what is finished; steps that depend
 * on them are undone. At most `PARTS_AT_ONCE` targets. Targets that do not apply any more are left out; the run as written.
 */
export async function reopen(
  core: EngineCore,
  tx: Transaction,
  runId: string,
  targets: readonly Target[],
): Promise<Run> {
  const found = await tx.get(runs, { id: runId });
  if (found === null) throw new RectoError('not_found', `There is no run ${runId} any more.`);
  const run = found.data;
  const now = core.platform.clock.now();
  const works = await tx.query(workCollection, { where: [{ field: 'runId', op: '==', value: runId }], limit: 1000 });
  if (isTerminal(run.status)) reopenRun(run);
  else run.revision += 1;
  const undone = new Set<string>();
  const created = new Map<string, ReturnType<typeof mergeWork>>();

  for (const spec of run.workflow.steps) {
    const wanted = targets.filter((target) => target.stepId === spec.id);
    // What an earlier step's new result will start anyway needs no work now.
    if (wanted.length === 0 || undone.has(spec.id)) continue;
    const step = stepOf(core, spec.kind);
    const whole = wanted.find((target) => target.part === null);
    const parts = wanted.filter((target) => target.part !== null);
    const before = stepState(run, spec.id);
    if (whole !== undefined && !['failed', 'cancelled'].includes(before.status)) continue;
    for (const id of reopenStep(run, spec.id)) undone.add(id);
    const state = stepState(run, spec.id);
    if (whole !== undefined && parts.length === 0) {
      const { deadLetterId, readyAt } = whole;
      const entry =
        isFanOut(step) && state.parts !== null
          ? mergeWork(core, run, spec, now)
          : { id: workId(runId, spec.id, null), work: newWork(run, spec, step, now, { deadLetterId, readyAt }) };
      created.set(entry.id, entry);
    }
    for (const { part: index, deadLetterId, readyAt } of parts) {
      if (index === null || state.parts === null) continue;
      const part = (await tx.get(runParts, { id: partId(runId, spec.id, index) }))?.data;
      if (part === undefined || (part.status !== 'failed' && part.status !== 'pending')) continue;
      if (part.status === 'failed') state.parts.failed -= 1;
      state.status = 'running';
      const queued = { ...part, status: 'queued' as const, error: null, endedAt: null };
      tx.put(runParts, { id: partId(runId, spec.id, index) }, queued);
      const entry = partWork(core, run, spec, queued, now, { deadLetterId, readyAt });
      created.set(entry.id, entry);
    }
    // A merge that was under way would merge the parts as they were.
    const merging = works.find((entry) => entry.id === workId(runId, spec.id, null));
    if (merging !== undefined && !created.has(merging.id)) tx.delete(workCollection, { id: merging.id });
  }
  for (const entry of works) if (undone.has(entry.data.stepId)) tx.delete(workCollection, { id: entry.id });
  for (const { id, work } of created.values()) tx.put(workCollection, { id }, work);
  tx.put(runs, { id: runId }, run);
  return run;
}

/** Marks an open dead letter redriven. */
export function markRedriven(tx: Transaction, letter: DeadLetter, by: string, now: number): DeadLetter {
  const redriven: DeadLetter = {
    ...letter,
    status: 'redriven',
    resolvedAt: now,
    resolvedBy: by,
    redrives: letter.redrives + 1,
    redriveAt: null,
  };
  tx.put(deadLetters, { id: letter.id }, redriven);
  return redriven;
}
