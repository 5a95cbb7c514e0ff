import type { Json, JsonObject } from '../domain/json.ts';
import type { Run } from '../domain/run.ts';
import type { Pool, Workflow } from '../domain/workflow.ts';
import type { Clock } from '../ports/clock.ts';
import type { Converter } from '../ports/converter.ts';
import type { Transaction } from '../ports/document-store.ts';
import type { Inference } from '../ports/inference.ts';
import type { Logger } from '../ports/logger.ts';
import type { Mailbox } from '../ports/mailbox.ts';
import type { MediaRedactor } from '../ports/media-redactor.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { TenantPorts } from '../ports/platform.ts';

/** What a step may reach. All of it is bound to the run's tenant. */
export interface StepContext {
  readonly ports: TenantPorts;
  readonly converter: Converter;
  readonly media: MediaRedactor;
  readonly inference: Inference;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly runId: string;
  readonly stepId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborts on timeout, cancel, lost lease and shutdown. */
  readonly signal: AbortSignal;
  /**
   * Deterministic for tenant, run, step and part, the same in every attempt: the idempotency key for effects outside.
   */
  readonly idempotencyKey: string;
  /** Epoch ms when the run was created. */
  readonly runCreatedAt: number;
}

export interface StepInput {
  /** The run's input. */
  readonly run: JsonObject;
  readonly documentId: string | null;
  readonly config: JsonObject;
  /** Outputs of the steps this one needs (and of theirs), by step id; absent for one that failed or was skipped. */
  readonly outputs: Readonly<Record<string, Json>>;
}

export interface StepResult {
  /** Small JSON: pointers and counts, never documents (claim check); at most 64 kB. */
  output: Json;
  /** True when something was left out: the run ends `partial`. */
  partial?: boolean;
  /** Record writes that commit in the one transaction that ends the step. May run again on contention: no outside effects. */
  commit?: (tx: Transaction) => Promise<void> | void;
}

export interface PartOutcome {
  index: number;
  input: Json;
  status: 'succeeded' | 'failed';
  output: Json | null;
  error: { code: string; message: string } | null;
}

interface StepCommon {
  kind: string;
  pool: Pool;
  /** Of one attempt of the step, or of one part. */
  timeoutMs: number;
  maxAttempts: number;
  /** A failure never fails the run. */
  advisory?: boolean;
  /** The service it needs: while that breaker is open, none of these steps start. */
  dependsOn?: 'ocr' | 'office' | 'none';
  /** It often gets by without that service: it starts while the breaker is open, and waits only once it has asked for it. */
  mayDoWithout?: boolean;
}

/** A step done in one go. */
export interface SingleStep extends StepCommon {
  run(ctx: StepContext, input: StepInput): Promise<StepResult>;
}

/** A step done in parts: planned once, parts in any order, merged when all have ended. A failed part is passed to merge as such. */
export interface FanOutStep extends StepCommon {
  /** The inputs of the parts, small JSON each, 8 kB; at most 1,000. An empty list goes to `merge` at once. */
  plan(ctx: StepContext, input: StepInput): Promise<readonly Json[]>;
  /** `commit`: record writes in the one transaction that ends the part; may run again on contention. */
  runPart(
    ctx: StepContext,
    input: StepInput,
    part: { index: number; input: Json },
  ): Promise<{ output: Json; commit?: (tx: Transaction) => Promise<void> | void }>;
  merge(ctx: StepContext, input: StepInput, parts: readonly PartOutcome[]): Promise<StepResult>;
}

export type Step = SingleStep | FanOutStep;
export const isFanOut = (step: Step): step is FanOutStep => 'plan' in step;

export interface RunParams {
  /** Made by the caller so that it can refer to the run before it is committed. */
  runId: string;
  workflow: Workflow;
  input: JsonObject;
  documentId?: string | null;
  batchId?: string | null;
  /** 0 most urgent to 9; default 5. */
  priority?: number;
  origin: Run['origin'];
}

/**
 * Called when a run reaches its end, in the transaction that ends it (document status, usage, …). `enqueueRun` starts a
 * further run of the tenant in the same transaction. May run again on contention: no outside effects.
 */
export type RunEndHook = (
  tx: Transaction,
  ended: { run: Run; tenantId: string; now: number; enqueueRun: (params: RunParams) => Run },
) => Promise<void> | void;
