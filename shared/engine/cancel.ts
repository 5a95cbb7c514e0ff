import { runParts, runs, work as workCollection } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { isTerminal, type Run } from '../domain/run.ts';
import { auditEvent } from './audit.ts';
import { getPart } from './claim.ts';
import { AttemptStopped, type EngineCore } from './core.ts';
import { enqueueRun } from './enqueue.ts';
import { cancelAll } from './run-state.ts';
import { partId } from './work-records.ts';

const WORKS_AT_ONCE = 150;

/**
 * Ends the run at once: its steps are cancelled and its work is taken away, so that a worker that still runs has lost its
 * lease and its result is refused. Attempts in this process are aborted now, others when they renew their lease.
 */
export async function cancelRun(core: EngineCore, tenantId: string, runId: string, by: string): Promise<Run> {
  const { store } = core.ports(tenantId);
  let cancelled: Run | null = null;
  let left = true;
  while (left) {
    const outcome = await store.transaction(async (tx) => {
      const found = await tx.get(runs, { id: runId });
      if (found === null) throw new RectoError('not_found', `There is no run ${runId}.`);
      const run = found.data;
      if (isTerminal(run.status) && run.status !== 'cancelled')
        throw new RectoError(
          'conflict',
          `Run ${runId} has ended already (${run.status}); it can no longer be cancelled.`,
        );
      const works = await tx.query(workCollection, {
        where: [{ field: 'runId', op: '==', value: runId }],
        limit: WORKS_AT_ONCE,
      });
      for (const { id, data } of works) {
        tx.delete(workCollection, { id });
        const part = await getPart(tx, data);
        // Not ended, not queued: a retry of the run takes it up again.
        if (part !== null)
          tx.put(runParts, { id: partId(runId, data.stepId, part.index) }, { ...part, status: 'pending' });
      }
      if (!isTerminal(run.status)) {
        const now = core.platform.clock.now();
        cancelAll(run, now);
        tx.put(runs, { id: runId }, run);
        auditEvent(tx, now, { action: 'run.cancelled', by, targets: [{ type: 'run', id: runId }], requestId: null });
        await core.onRunEnd?.(tx, { run, tenantId, now, enqueueRun: (params) => enqueueRun(core, tx, params) });
        return { run, works: works.length, ended: true };
      }
      return { run, works: works.length, ended: false };
    });
    if (outcome.ended) core.platform.metrics.increment('recto_runs_total', { status: 'cancelled' });
    cancelled = outcome.run;
    left = outcome.works === WORKS_AT_ONCE;
  }
  for (const attempt of core.active.values())
    if (attempt.tenantId === tenantId && attempt.runId === runId)
      attempt.controller.abort(new AttemptStopped('lease_lost'));
  core.kick();
  if (cancelled === null) throw new RectoError('internal', `Run ${runId} was not cancelled.`);
  return cancelled;
}
