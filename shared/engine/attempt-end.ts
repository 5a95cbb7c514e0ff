import { runParts, runs, work as workCollection } from '../domain/collections.ts';
import { RectoError, toRectoError } from '../domain/errors.ts';
import { isTerminal } from '../domain/run.ts';
import type { Work } from '../domain/work.ts';
import type { Outcome } from './attempt-runner.ts';
import { beginAttempt, type Claim, getPart } from './claim.ts';
import { type EngineCore, isAdvisory, stepOf } from './core.ts';
import type { Ending } from './ending.ts';
import { enqueueRun } from './enqueue.ts';
import { applyFailure } from './failure.ts';
import { afterPart, startParts, writePlan } from './fan-out.ts';
import { advance, stepState } from './run-state.ts';
import { newWork, partId, workId } from './work-records.ts';

const TRY_AGAIN: readonly string[] = ['contention', 'storage_full', 'overloaded'];

/**
 * Records how the attempt ended, with everything that follows, in one transaction: the step's own writes, the run, the next
 * work, a dead letter, the end of the run. Returns the claim of a following step when `mayContinue` and the same slot serves
 * it; null else, also when the lease was lost (the result is refused). Tries for as long as nothing can be written; of a
 * dead worker's attempt it throws instead.
 */
export async function endAttempt(
  core: EngineCore,
  claim: Claim,
  first: Outcome,
  mayContinue: boolean,
): Promise<Claim | null> {
  const { log, metrics, clock } = core.platform;
  let outcome = first;
  const deferred = await reportToBreaker(core, claim, outcome);
  for (let tries = 1; ; tries++) {
    try {
      if (outcome.kind === 'planned' && !(await writePlan(core, claim, outcome.parts))) outcome = { kind: 'lost' };
      const ended = await commitEnd(core, claim, outcome, mayContinue, deferred);
      if (ended.refused) {
        log.info('a late result was refused', { tenantId: claim.tenantId, runId: claim.run.id, stepId: claim.spec.id });
        metrics.increment('recto_lease_lost_total', { kind: claim.work.kind });
      } else metrics.observe('recto_step_seconds', (clock.now() - claim.startedAt) / 1000, { kind: claim.work.kind });
      if (ended.waiting) core.kick();
      if (ended.status !== null) {
        const { id: runId, documentId, workflow, origin } = claim.run;
        const { status } = ended;
        metrics.increment('recto_runs_total', { status });
        const fields = { tenantId: claim.tenantId, runId, documentId, requestId: origin.requestId, status };
        log.info('a run has ended', { ...fields, workflow: workflow.id });
      }
      return ended.next;
    } catch (thrown) {
      const error = toRectoError(thrown);
      const passing = TRY_AGAIN.includes(error.code);
      // Nothing of value would be lost, and whoever asked has other things to do: it comes by again.
      if (passing && claim.forDead === true) throw error;
      if ((!passing && outcome.kind === 'error') || (core.stopping && tries > 3)) {
        log.error('the end of an attempt could not be recorded; its lease will run out', {
          workId: claim.workId,
          error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
        });
        return null;
      }
      // The step did its work; it would be a pity to lose that because the disk is full for a while.
      if (passing) await clock.sleep(Math.min(5000, 50 * 2 ** tries));
      else outcome = { kind: 'error', error };
    }
  }
}

/** Tells the breaker what the attempt says about its dependency. True when the failure is the open breaker's, not the work's. */
async function reportToBreaker(core: EngineCore, claim: Claim, outcome: Outcome): Promise<boolean> {
  const dependency = core.steps.get(claim.work.kind)?.dependsOn;
  if (dependency === undefined || dependency === 'none') return false;
  try {
    if (outcome.kind === 'error' && outcome.error.code === 'dependency_unavailable') {
      // It waits for the one it asked; what others wait for is another matter.
      if (claim.askedOther === true) {
        await core.breakers.inconclusive(dependency);
        return true;
      }
      await core.breakers.failed(dependency);
      return core.breakers.gate(dependency) !== 'closed';
    }
    // Planning and merging may not have asked the service at all; a permanent refusal is an answer.
    const worked = claim.work.phase === 'run' || claim.work.phase === 'part';
    const asked = worked && (core.steps.get(claim.work.kind)?.mayDoWithout !== true || claim.asked === true);
    const answered = outcome.kind !== 'error' || outcome.error.class === 'permanent';
    if (asked && answered && outcome.kind !== 'lost' && outcome.kind !== 'handed-back')
      await core.breakers.succeeded(dependency);
    else await core.breakers.inconclusive(dependency);
  } catch (thrown) {
    core.platform.log.warn('a circuit breaker could not be written', { dependency, error: String(thrown) });
  }
  return false;
}

async function commitEnd(
  core: EngineCore,
  claim: Claim,
  outcome: Outcome,
  mayContinue: boolean,
  deferred: boolean,
): Promise<{ refused: boolean; next: Claim | null; status: string | null; waiting: boolean }> {
  const refused = { refused: true, next: null, status: null, waiting: false };
  if (outcome.kind === 'lost') return refused;
  return core.ports(claim.tenantId).store.transaction(async (tx) => {
    const held = await tx.get(workCollection, { id: claim.workId });
    if (held?.data.state !== 'running' || held.data.leaseToken !== claim.token) return refused;
    // Renewed since it was looked at: its worker lives.
    if (claim.forDead === true && held.data.leaseExpiresAt !== claim.work.leaseExpiresAt) return refused;
    const stored = await tx.get(runs, { id: claim.run.id });
    if (stored === null || isTerminal(stored.data.status)) {
      tx.delete(workCollection, { id: claim.workId });
      return refused;
    }
    const now = core.platform.clock.now();
    const run = stored.data;
    const part = await getPart(tx, held.data);
    const ending: Ending = { core, tx, claim: { ...claim, work: held.data }, run, part, now, created: [] };
    const again = await applyOutcome(ending, outcome, deferred);
    if (again !== null) tx.put(workCollection, { id: claim.workId }, again);

    for (const spec of advance(run, now, isAdvisory(core)))
      ending.created.push({
        id: workId(run.id, spec.id, null),
        work: newWork(run, spec, stepOf(core, spec.kind), now),
      });
    const next = mayContinue ? continueWith(ending) : null;
    // The work of the next phase of a fan-out takes this one's place under the same id.
    if (again === null && !ending.created.some((entry) => entry.id === claim.workId))
      tx.delete(workCollection, { id: claim.workId });
    for (const { id, work } of ending.created) tx.put(workCollection, { id }, work);
    if (part !== null) tx.put(runParts, { id: partId(run.id, claim.spec.id, part.index) }, part);
    if (isTerminal(run.status))
      await core.onRunEnd?.(tx, {
        run,
        tenantId: claim.tenantId,
        now,
        enqueueRun: (params) => enqueueRun(core, tx, params),
      });
    tx.put(runs, { id: run.id }, run);
    const waiting = again !== null || ending.created.some((entry) => entry.work.state === 'ready');
    return { refused: false, next, status: isTerminal(run.status) ? run.status : null, waiting };
  });
}

/** Changes run and part as the outcome asks; the same work again for a further try, else null. */
async function applyOutcome(ending: Ending, outcome: Outcome, deferred: boolean): Promise<Work | null> {
  const { tx, run, part, now, claim } = ending;
  const state = stepState(run, claim.spec.id);
  switch (outcome.kind) {
    case 'done':
      await outcome.result.commit?.(tx);
      state.status = 'succeeded';
      state.output = outcome.result.output;
      state.partial = outcome.result.partial === true || (state.parts?.failed ?? 0) > 0;
      state.error = null;
      state.endedAt = now;
      return null;
    case 'planned':
      startParts(ending, outcome.parts);
      return null;
    case 'part-done':
      if (part === null || state.parts === null) throw new RectoError('internal', `${claim.workId} has no part.`);
      await outcome.result.commit?.(tx);
      part.status = 'succeeded';
      part.output = outcome.result.output;
      part.error = null;
      part.endedAt = now;
      state.parts.succeeded += 1;
      await afterPart(ending);
      return null;
    case 'handed-back':
      return applyFailure(ending, null, deferred);
    case 'error':
      return applyFailure(ending, outcome.error, deferred);
    case 'lost':
      throw new RectoError('internal', 'A lost attempt has nothing to record.');
  }
}

/** The first of the new work that this slot may go on with at once: same pool, served here, its breaker closed. */
function continueWith(ending: Ending): Claim | null {
  const { core, claim, run, now } = ending;
  for (const entry of ending.created) {
    const step = core.steps.get(entry.work.kind);
    if (entry.work.state !== 'ready' || entry.work.pool !== claim.work.pool || entry.work.phase === 'part') continue;
    if (step === undefined || core.runs?.has(step.kind) === false) continue;
    if (core.breakers.gate(step.dependsOn) !== 'closed') continue;
    const next = beginAttempt(core, {
      tenantId: claim.tenantId,
      workId: entry.id,
      work: entry.work,
      run,
      part: null,
      now,
    });
    entry.work = next.work;
    return next;
  }
  return null;
}
