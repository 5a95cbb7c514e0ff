import { runParts } from '../domain/collections.ts';
import { RectoError, toRectoError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { RunPart } from '../domain/run.ts';
import type { Inference } from '../ports/inference.ts';
import type { Claim } from './claim.ts';
import { AttemptStopped, type EngineCore, stepOf } from './core.ts';
import { keepLease } from './leases.ts';
import { neededBy, stepState } from './run-state.ts';
import { isFanOut, type PartOutcome, type StepContext, type StepInput, type StepResult } from './step.ts';
import { idempotencyKey } from './work-records.ts';

/** How an attempt ended. */
export type Outcome =
  | { kind: 'done'; result: StepResult }
  | { kind: 'planned'; parts: readonly Json[] }
  | { kind: 'part-done'; result: Pick<StepResult, 'output' | 'commit'> }
  | { kind: 'error'; error: RectoError }
  /** The lease is another's or the run has ended: nothing is recorded. */
  | { kind: 'lost' }
  /** The process stops: the work goes back as if it had not been tried. */
  | { kind: 'handed-back' };

/** What is in flight when an attempt is aborted gets this long to clean up before its slot is given away. */
const ABORT_GRACE_MS = 2000;
const MAX_PARTS = 1000;
const MAX_OUTPUT_BYTES = 64 * 1024;
/** Of one part: hundreds of them are written at once. */
const MAX_INPUT_BYTES = 8 * 1024;

export async function allParts(core: EngineCore, claim: Pick<Claim, 'tenantId' | 'run' | 'work'>): Promise<RunPart[]> {
  const { store } = core.ports(claim.tenantId);
  const { runId, stepId } = claim.work;
  const total = stepState(claim.run, stepId).parts?.total ?? 0;
  const { records } = await store.query(runParts, {
    where: [
      { field: 'runId', op: '==', value: runId },
      { field: 'stepId', op: '==', value: stepId },
    ],
    orderBy: [{ field: 'index', direction: 'asc' }],
    limit: MAX_PARTS,
  });
  // An earlier plan of the step may have had more parts.
  return records.map((record) => record.data).filter((part) => part.index < total);
}

const toOutcome = (part: RunPart): PartOutcome => ({
  index: part.index,
  input: part.input,
  status: part.status === 'succeeded' ? 'succeeded' : 'failed',
  output: part.output,
  error: part.error === null ? null : { code: part.error.code, message: part.error.message },
});

/** Claim check: records and messages carry pointers. What is large belongs to a document, and only the step knows which. */
function checkSize(what: string, value: Json, limit: number): void {
  if (Buffer.byteLength(JSON.stringify(value)) > limit)
    throw new RectoError(
      'limit_exceeded',
      `The ${what} has ${limit} bytes at most. Write what is large to an artifact and return its key.`,
    );
}

const checkOutput = (output: Json): void => checkSize('output of a step', output, MAX_OUTPUT_BYTES);

/** Runs the step's own code for the claim's phase. */
async function perform(core: EngineCore, claim: Claim, ctx: StepContext, input: StepInput): Promise<Outcome> {
  const step = stepOf(core, claim.work.kind);
  if (!isFanOut(step)) {
    const result = await step.run(ctx, input);
    checkOutput(result.output);
    return { kind: 'done', result };
  }
  if (claim.part !== null) {
    const result = await step.runPart(ctx, input, { index: claim.part.index, input: claim.part.input });
    checkOutput(result.output);
    return { kind: 'part-done', result };
  }
  if (claim.work.phase === 'merge') {
    const parts = await allParts(core, claim);
    const result = await step.merge(ctx, input, parts.map(toOutcome));
    checkOutput(result.output);
    return { kind: 'done', result };
  }
  const parts = await step.plan(ctx, input);
  if (parts.length > MAX_PARTS)
    throw new RectoError('limit_exceeded', `A step is done in ${MAX_PARTS} parts at most, not in ${parts.length}.`);
  for (const part of parts) checkSize('input of a part', part, MAX_INPUT_BYTES);
  return { kind: 'planned', parts };
}

function stepInput(claim: Claim): StepInput {
  const outputs: Record<string, Json> = {};
  for (const id of neededBy(claim.run, claim.spec.id)) {
    const state = stepState(claim.run, id);
    if (state.status === 'succeeded') outputs[id] = state.output;
  }
  return { run: claim.run.input, documentId: claim.run.documentId, config: claim.spec.config ?? {}, outputs };
}

/** Notes that the service was asked, and asks none that is known to be down. */
function guardedInference(core: EngineCore, claim: Claim): Inference {
  const { inference } = core.platform;
  return {
    ...inference,
    ready: (signal) => inference.ready(signal),
    ocr: async (params) => {
      if (inference.byDefaultEngine?.(params.model ?? null) === false) {
        claim.askedOther = true;
        return inference.ocr(params);
      }
      claim.asked = true;
      if (core.breakers.refuses(core.steps.get(claim.work.kind)?.dependsOn))
        throw new RectoError('dependency_unavailable', 'The OCR service is down; the page is read when it is back.');
      return inference.ocr(params);
    },
  };
}

/** Makes the attempt: with its timeout, its lease kept alive, and an end to waiting when it is aborted. Never rejects. */
export async function runAttempt(core: EngineCore, claim: Claim, controller: AbortController): Promise<Outcome> {
  const { platform } = core;
  const { clock } = platform;
  const { signal } = controller;
  const ctx: StepContext = {
    ports: core.ports(claim.tenantId),
    converter: platform.converter,
    media: platform.media,
    inference: guardedInference(core, claim),
    mailbox: platform.mailbox,
    clock,
    log: platform.log.with({ tenantId: claim.tenantId, runId: claim.run.id, stepId: claim.spec.id }),
    metrics: platform.metrics,
    runId: claim.run.id,
    stepId: claim.spec.id,
    attempt: claim.work.attempt,
    signal,
    idempotencyKey: idempotencyKey(claim.tenantId, claim.work),
    runCreatedAt: claim.run.createdAt,
  };
  const timeoutMs = claim.spec.timeoutMs ?? core.steps.get(claim.work.kind)?.timeoutMs ?? 60_000;
  const cancelTimeout = clock.after(timeoutMs, () =>
    controller.abort(
      new RectoError('step_timeout', `Step ${claim.spec.id} took longer than ${timeoutMs} ms and was stopped.`),
    ),
  );
  const stopRenewing = keepLease(core, claim, controller);
  let cancelGrace = (): void => undefined;
  const aborted = new Promise<Outcome>((resolve) => {
    const giveUp = (): void => {
      cancelGrace = clock.after(ABORT_GRACE_MS, () => resolve(stoppedOutcome(signal.reason)));
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
  const performed = (async (): Promise<Outcome> => {
    try {
      return await perform(core, claim, ctx, stepInput(claim));
    } catch (thrown) {
      if (signal.aborted) return stoppedOutcome(signal.reason);
      const error = toRectoError(thrown);
      if (error.code === 'internal' || error !== thrown)
        ctx.log.error('a step failed unexpectedly', {
          attempt: claim.work.attempt,
          error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
        });
      return { kind: 'error', error };
    }
  })();
  try {
    return await Promise.race([performed, aborted]);
  } finally {
    cancelTimeout();
    cancelGrace();
    stopRenewing();
  }
}

function stoppedOutcome(reason: unknown): Outcome {
  if (reason instanceof AttemptStopped) return { kind: reason.reason === 'shutdown' ? 'handed-back' : 'lost' };
  return { kind: 'error', error: toRectoError(reason) };
}
