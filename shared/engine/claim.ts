import { runParts, runs, work as workCollection } from '../domain/collections.ts';
import { isTerminal, type Run, type RunPart } from '../domain/run.ts';
import type { Work } from '../domain/work.ts';
import type { StepSpec } from '../domain/workflow.ts';
import type { Transaction } from '../ports/document-store.ts';
import type { EngineCore } from './core.ts';
import { stepSpec, stepState } from './run-state.ts';
import { partId, type StepMessage } from './work-records.ts';

/** An attempt that a worker may make: it holds the lease whose token is in `work`. */
export interface Claim {
  tenantId: string;
  workId: string;
  work: Work;
  run: Run;
  spec: StepSpec;
  part: RunPart | null;
  token: string;
  startedAt: number;
  /** Made on behalf of a worker that seems dead: it holds only as long as the lease stands as `work` has it. */
  forDead?: true;
  /** Whether the attempt has called the service that its step depends on. */
  asked?: boolean;
  /** It called another one that does the same, with a breaker of its own. */
  askedOther?: boolean;
}

/** Begins the next attempt of the work. Changes `run` and `part`; the caller writes them. */
export function beginAttempt(
  core: EngineCore,
  at: { tenantId: string; workId: string; work: Work; run: Run; part: RunPart | null; now: number },
): Claim {
  const { run, part, now } = at;
  const token = `${core.instance}.${crypto.randomUUID()}`;
  const attempt = at.work.attempt + 1;
  const work: Work = { ...at.work, state: 'running', attempt, leaseToken: token, leaseExpiresAt: now + core.leaseMs };
  const state = stepState(run, work.stepId);
  if (part === null) state.attempt = attempt;
  else {
    part.attempt = attempt;
    part.status = 'running';
  }
  if (state.status !== 'running' || run.status !== 'running' || part === null) run.revision += 1;
  state.status = 'running';
  state.startedAt ??= now;
  run.status = 'running';
  run.startedAt ??= now;
  return {
    tenantId: at.tenantId,
    workId: at.workId,
    work,
    run,
    spec: stepSpec(run, work.stepId),
    part,
    token,
    startedAt: now,
  };
}

export async function getPart(tx: Pick<Transaction, 'get'>, work: Work): Promise<RunPart | null> {
  if (work.part === null) return null;
  return (await tx.get(runParts, { id: partId(work.runId, work.stepId, work.part) }))?.data ?? null;
}

/** Claims what the message names, or null when there is nothing to do: another has it, it is done, or the message is old. */
export async function claimWork(core: EngineCore, message: StepMessage): Promise<Claim | null> {
  const { store } = core.ports(message.tenantId);
  return store.transaction(async (tx) => {
    const found = await tx.get(workCollection, { id: message.workId });
    if (found === null || found.data.state !== 'dispatched' || found.data.dispatch !== message.dispatch) return null;
    const work = found.data;
    // The parts of a step begin and end at the same time: one that changes nothing in the run does not contend for it.
    const glance = work.part === null ? null : await store.get(runs, { id: work.runId });
    const underWay = glance?.data.status === 'running' && stepState(glance.data, work.stepId).status === 'running';
    const run = underWay ? glance : await tx.get(runs, { id: work.runId });
    const part = await getPart(tx, work);
    if (run === null || isTerminal(run.data.status) || (work.part !== null && part === null)) {
      tx.delete(workCollection, { id: message.workId });
      return null;
    }
    const now = core.platform.clock.now();
    const claim = beginAttempt(core, { ...message, work, run: run.data, part, now });
    tx.put(workCollection, { id: message.workId }, claim.work);
    if (part !== null) tx.put(runParts, { id: partId(work.runId, work.stepId, part.index) }, part);
    if (!underWay) tx.put(runs, { id: work.runId }, claim.run);
    return claim;
  });
}
