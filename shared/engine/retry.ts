import { deadLetters, runParts, runs } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { type DeadLetter, isTerminal, type Run } from '../domain/run.ts';
import { auditEvent } from './audit.ts';
import type { EngineCore } from './core.ts';
import { markRedriven, PARTS_AT_ONCE, reopen, type Target } from './reopen.ts';
import { stepState } from './run-state.ts';

/** Everything of an ended run that did not succeed, as targets. */
async function unfinished(core: EngineCore, tenantId: string, run: Run): Promise<Target[]> {
  const { store } = core.ports(tenantId);
  const now = core.platform.clock.now();
  const letters = await openLetters(core, tenantId, run.id);
  const target = (stepId: string, part: number | null): Target => {
    const letter = letters.find((entry) => entry.stepId === stepId && entry.part === part);
    return { stepId, part, deadLetterId: letter?.id ?? null, readyAt: now };
  };
  const targets: Target[] = [];
  for (const spec of run.workflow.steps) {
    const state = stepState(run, spec.id);
    const open: number[] = [];
    if (state.parts !== null)
      for (const status of ['failed', 'pending'] as const) {
        const { records } = await store.query(runParts, {
          where: [
            { field: 'runId', op: '==', value: run.id },
            { field: 'stepId', op: '==', value: spec.id },
            { field: 'status', op: '==', value: status },
          ],
          orderBy: [{ field: 'index', direction: 'asc' }],
          limit: 1000,
        });
        for (const record of records) if (record.data.index < state.parts.total) open.push(record.data.index);
      }
    if (open.length > 0) targets.push(...open.map((index) => target(spec.id, index)));
    else if (state.status === 'failed' || state.status === 'cancelled') targets.push(target(spec.id, null));
  }
  return targets;
}

async function openLetters(core: EngineCore, tenantId: string, runId: string): Promise<DeadLetter[]> {
  const { records } = await core
    .ports(tenantId)
    .store.query(deadLetters, { where: [{ field: 'runId', op: '==', value: runId }], limit: 1000 });
  return records.map((record) => record.data).filter((letter) => letter.status === 'open');
}

/**
 * Runs what failed (or was cancelled) in an ended run again; finished steps and parts are kept, unless they depend on what
 * runs again. Its open dead letters count as redriven. Errors: `not_found`, `conflict`.
 */
export async function retryRun(core: EngineCore, tenantId: string, runId: string, by: string): Promise<Run> {
  const { store } = core.ports(tenantId);
  const found = await store.get(runs, { id: runId });
  if (found === null) throw new RectoError('not_found', `There is no run ${runId}.`);
  if (!isTerminal(found.data.status))
    throw new RectoError(
      'conflict',
      `Run ${runId} is still ${found.data.status}; wait for its end or cancel it first.`,
    );
  const targets = await unfinished(core, tenantId, found.data);
  if (targets.length === 0)
    throw new RectoError('conflict', `Nothing of run ${runId} failed; process the document again instead.`);

  let run = found.data;
  for (let start = 0; start < targets.length; start += PARTS_AT_ONCE) {
    const chunk = targets.slice(start, start + PARTS_AT_ONCE);
    run = await store.transaction(async (tx) => {
      const now = core.platform.clock.now();
      if (start === 0) {
        const current = await tx.get(runs, { id: runId });
        if (current === null || !isTerminal(current.data.status))
          throw new RectoError('conflict', `Run ${runId} was changed by someone else meanwhile.`);
        auditEvent(tx, now, { action: 'run.retried', by, targets: [{ type: 'run', id: runId }], requestId: null });
      }
      for (const { deadLetterId } of chunk) {
        const letter = deadLetterId === null ? null : await tx.get(deadLetters, { id: deadLetterId });
        if (letter?.data.status === 'open') markRedriven(tx, letter.data, by, now);
      }
      return reopen(core, tx, runId, chunk);
    });
  }
  core.kick();
  return run;
}
