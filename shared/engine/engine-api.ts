import type { JsonObject } from '../domain/json.ts';
import type { DeadLetter, Run } from '../domain/run.ts';
import type { Pool, Workflow } from '../domain/workflow.ts';
import type { Transaction } from '../ports/document-store.ts';
import type { PushEnvelope } from '../ports/message-bus.ts';
import type { Platform } from '../ports/platform.ts';
import type { RunEndHook, Step } from './step.ts';

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

export interface RedriveParams {
  /** One, or all open ones that match. */
  ids?: readonly string[];
  filter?: { stepKind?: string; code?: string; createdBefore?: number; createdAfter?: number };
  dryRun?: boolean;
  /** Spread over time: at most this many a second. Default 10. */
  ratePerSecond?: number;
  /** At most this many; default 1,000. */
  limit?: number;
  by: string;
  requestId: string | null;
}

export interface EngineOptions {
  platform: Platform;
  steps: readonly Step[];
  /** Slots in all, by pool. */
  slots: Readonly<Record<Pool, number>>;
  /** Most slots of a pool that one tenant may hold while others wait; default all. */
  onRunEnd?: RunEndHook;
  /** Lease length; a worker renews it at a third. Default 30 s. */
  leaseMs?: number;
}

/** The durable workflow engine. */
export interface Engine {
  /** Writes the run and its first work in the caller's transaction (of the tenant's store): all or nothing. */
  enqueueRun(tx: Transaction, params: RunParams): Run;
  startRun(tenantId: string, params: RunParams): Promise<Run>;
  /**
   * Handles one pushed message. Resolves when it is to be acknowledged (done, stale or refused); rejects with a transient
   * error when it should be delivered again.
   */
  handleMessage(envelope: PushEnvelope, signal?: AbortSignal): Promise<void>;
  /** One pass: publishes what may start (tenants in turns, priorities, slots, breakers), reclaims expired leases. The number published. */
  dispatch(): Promise<number>;
  /** Makes `dispatch` run soon; cheap, may be called after every write. */
  kick(): void;
  /** Dispatches in the background until `stop`. */
  start(): void;
  /** Stops starting work, waits for what is under way up to `graceMs`, then aborts it (its leases are handed back). */
  stop(graceMs?: number): Promise<void>;
  /** Idempotent; `conflict` when the run has ended otherwise, `not_found` when there is none. */
  cancelRun(tenantId: string, runId: string, by: string): Promise<Run>;
  /** Runs the failed steps of an ended run again, keeping finished steps and parts. */
  retryRun(tenantId: string, runId: string, by: string): Promise<Run>;
  redrive(
    tenantId: string,
    params: RedriveParams,
  ): Promise<{ matched: number; redriven: DeadLetter[]; dryRun: boolean }>;
  discard(tenantId: string, deadLetterId: string, by: string, requestId: string | null): Promise<DeadLetter>;
}
