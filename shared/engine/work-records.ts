import { createHash } from 'node:crypto';
import { RectoError } from '../domain/errors.ts';
import type { Run } from '../domain/run.ts';
import type { Work } from '../domain/work.ts';
import type { StepSpec } from '../domain/workflow.ts';
import type { PushEnvelope } from '../ports/message-bus.ts';
import { stepState } from './run-state.ts';
import { isFanOut, type Step } from './step.ts';

/** One work record a step, or a part of it. */
export const workId = (runId: string, stepId: string, part: number | null): string =>
  part === null ? `${runId}:${stepId}` : `${runId}:${stepId}:${part}`;

export const partId = (runId: string, stepId: string, index: number): string => `${runId}:${stepId}:${index}`;

/** Ready work of a step, its attempts numbered on from those already made. */
export function newWork(
  run: Run,
  spec: StepSpec,
  step: Step,
  now: number,
  over: Partial<Pick<Work, 'phase' | 'part' | 'attempt' | 'deadLetterId' | 'readyAt'>> = {},
): Work {
  const attempt = over.attempt ?? stepState(run, spec.id).attempt;
  const readyAt = over.readyAt ?? now;
  return {
    runId: run.id,
    stepId: spec.id,
    part: over.part ?? null,
    phase: over.phase ?? (isFanOut(step) ? 'plan' : 'run'),
    kind: spec.kind,
    pool: step.pool,
    priority: run.priority,
    state: readyAt > now ? 'delayed' : 'ready',
    readyAt,
    attempt,
    uncounted: attempt,
    crashes: 0,
    deadLetterId: over.deadLetterId ?? null,
    dispatch: 0,
    leaseToken: null,
    leaseExpiresAt: null,
  };
}

/** Deterministic for tenant, run, step and part: the same in every attempt. Hex. */
export const idempotencyKey = (tenantId: string, work: Work): string =>
  createHash('sha256')
    .update(JSON.stringify([tenantId, work.runId, work.stepId, work.part]))
    .digest('hex');

/** What a step message says: which work may be claimed. A pointer, never a document. */
export interface StepMessage {
  tenantId: string;
  workId: string;
  dispatch: number;
}

export function readStepMessage(envelope: PushEnvelope): StepMessage {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(envelope.message.data, 'base64').toString('utf8'));
    if (
      typeof parsed === 'object' &&
      parsed !== null &&
      'tenantId' in parsed &&
      'workId' in parsed &&
      'dispatch' in parsed
    ) {
      const { tenantId, workId: id, dispatch } = parsed;
      if (typeof tenantId === 'string' && typeof id === 'string' && typeof dispatch === 'number')
        return { tenantId, workId: id, dispatch };
    }
  } catch (thrown) {
    throw new RectoError('invalid_request', 'A step message is not JSON.', { cause: thrown });
  }
  throw new RectoError('invalid_request', 'A step message names no work.');
}

/** Whether it says which work may be claimed. */
export function isStepMessage(envelope: PushEnvelope): boolean {
  try {
    readStepMessage(envelope);
    return true;
  } catch {
    return false;
  }
}
