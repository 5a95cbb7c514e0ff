import { runs, work } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import type { Run } from '../domain/run.ts';
import type { Transaction } from '../ports/document-store.ts';
import { type EngineCore, isAdvisory, stepOf } from './core.ts';
import { advance, newRun } from './run-state.ts';
import type { RunParams } from './step.ts';
import { newWork, workId } from './work-records.ts';

/** Writes the run and its first work in the caller's transaction. */
export function enqueueRun(core: EngineCore, tx: Transaction, params: RunParams): Run {
  const now = core.platform.clock.now();
  const run = newRun(params, now);
  for (const spec of run.workflow.steps)
    if (!core.steps.has(spec.kind))
      throw new RectoError('invalid_request', `Step ${spec.id} is of kind ${spec.kind}, which is not registered.`);
  for (const spec of advance(run, now, isAdvisory(core)))
    tx.create(work, { id: workId(run.id, spec.id, null) }, newWork(run, spec, stepOf(core, spec.kind), now));
  run.revision = 1;
  tx.create(runs, { id: run.id }, run);
  return run;
}
