import { deadLetters } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import { redriveAt } from '../domain/redrive.ts';
import type { Attempt, DeadLetter } from '../domain/run.ts';
import type { Work } from '../domain/work.ts';
import { backoffMs } from './backoff.ts';
import type { Ending } from './ending.ts';
import { afterPart } from './fan-out.ts';
import { errorRecord, keepAttempt, stepState } from './run-state.ts';

/** Tries that end with a dependency down or with a full disk cost the work nothing, yet not for ever. */
const MAX_DEFERRALS = 1000;
/** A hang holds a slot for all of its time limit, where a crash gives it back at once. */
const MAX_HANGS = 2;

/**
 * What a failed attempt leads to: the same work again, later (returned), or a dead letter and the end of the step or part
 * (null). `error` null: the attempt was handed back and does not count. `deferred`: what it asked is known to be down.
 */
export async function applyFailure(ending: Ending, error: RectoError | null, deferred: boolean): Promise<Work | null> {
  const { core, run, part, now, claim } = ending;
  const { work } = claim;
  const state = stepState(run, claim.spec.id);
  const unit = part ?? state;
  const waiting = (over: Partial<Work>, delayMs: number): Work => {
    if (part === null && work.phase !== 'part') state.status = 'queued';
    if (part !== null) part.status = 'queued';
    const readyAt = now + delayMs;
    const due = delayMs > 0 ? ('delayed' as const) : ('ready' as const);
    return { ...work, ...over, state: due, readyAt, leaseToken: null, leaseExpiresAt: null };
  };
  if (error === null) return waiting({ uncounted: work.uncounted + 1 }, 0);

  const record = errorRecord(error);
  const attempt: Attempt = { number: work.attempt, startedAt: claim.startedAt, endedAt: now, error: record };
  unit.attempts = keepAttempt(unit.attempts, attempt);
  unit.error = record;
  const counted = work.attempt - work.uncounted;
  const noRoom = error.code === 'storage_full';
  if ((deferred || noRoom) && work.uncounted < MAX_DEFERRALS) {
    // What asks a client to wait half a minute is no reason to leave a document lying that long.
    const delay = noRoom ? backoffMs(5, core.random) : backoffMs(3, core.random, error.retryAfter);
    const refused = deferred && claim.askedOther !== true;
    return waiting({ uncounted: work.uncounted + 1, refused }, delay);
  }
  if (error.class === 'poison') {
    const crashes = work.crashes + 1;
    const most = error.code === 'conversion_timeout' ? Math.min(MAX_HANGS, core.maxCrashes) : core.maxCrashes;
    if (crashes < most) return waiting({ crashes, uncounted: work.uncounted + 1 }, backoffMs(crashes, core.random));
  }
  const limit = claim.spec.maxAttempts ?? core.steps.get(work.kind)?.maxAttempts ?? 1;
  if (error.class === 'transient' && counted < limit)
    return waiting({}, backoffMs(counted, core.random, error.retryAfter));

  await writeDeadLetter(ending, unit.attempts, record);
  if (part !== null) {
    if (state.parts === null) throw new RectoError('internal', `${claim.workId} has no parts.`);
    part.status = 'failed';
    part.endedAt = now;
    state.parts.failed += 1;
    await afterPart(ending);
  } else {
    state.status = 'failed';
    state.endedAt = now;
  }
  return null;
}

async function writeDeadLetter(ending: Ending, attempts: Attempt[], error: DeadLetter['error']): Promise<void> {
  const { core, tx, run, part, now, claim } = ending;
  const { deadLetterId, kind } = claim.work;
  // A redriven one that fails again is the same dead letter, open once more.
  const before = deadLetterId === null ? null : await tx.get(deadLetters, { id: deadLetterId });
  const redrives = before?.data.redrives ?? 0;
  const letter: DeadLetter = {
    id: before?.id ?? newId('deadLetter', now),
    runId: run.id,
    documentId: run.documentId,
    stepId: claim.spec.id,
    stepKind: kind,
    part: claim.work.part,
    input: part?.input ?? { run: run.input, config: claim.spec.config ?? {} },
    error,
    attempts,
    createdAt: before?.data.createdAt ?? now,
    status: 'open',
    resolvedAt: null,
    resolvedBy: null,
    redrives,
    redriveAt: redriveAt(error, redrives, now),
  };
  tx.put(deadLetters, { id: letter.id }, letter);
  core.platform.metrics.increment('recto_dead_letters_total', { kind });
  core.platform.log.warn('a step exhausted its attempts', {
    tenantId: claim.tenantId,
    runId: run.id,
    stepId: claim.spec.id,
    part: claim.work.part,
    deadLetterId: letter.id,
    code: error.code,
  });
}
