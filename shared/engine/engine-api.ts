import type { DeadLetter, Run } from '../domain/run.ts';
import type { Pool } from '../domain/workflow.ts';
import type { Transaction } from '../ports/document-store.ts';
import type { PushEnvelope } from '../ports/message-bus.ts';
import type { Platform } from '../ports/platform.ts';
import type { RunEndHook, RunParams, Step } from './step.ts';

export type { RunParams } from './step.ts';

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
  onRunEnd?: RunEndHook;
  /** Lease length; a worker renews it at a third. Default 30 s. */
  leaseMs?: number;
  /** Attempts that may end with their worker or converter dead before the work is quarantined. Default 3. */
  maxCrashes?: number;
  /** Consecutive `dependency_unavailable` that open a breaker (default 3), and the first and longest wait for a probe (5 s, 60 s). */
  breaker?: { threshold?: number; delayMs?: number; maxDelayMs?: number };
  /** True where this process is the only one: leases of earlier processes are void when it starts. */
  soleWorker?: boolean;
  /** Kinds that this process runs; it goes on with no step of another. Default: all. */
  runs?: readonly string[];
  /** Names this process in its leases; default random. */
  instance?: string;
  /** Called where `kick` is, in a process that does not dispatch in the background itself: for telling the one that does. */
  onKick?: () => void;
  /** 0 to 1; for the jitter. Default `Math.random`. */
  random?: () => number;
}

/** The durable workflow engine. */
export interface Engine {
  /** Writes the run and its first work in the caller's transaction (of the tenant's store): all or nothing. */
  enqueueRun(tx: Transaction, params: RunParams): Run;
  startRun(tenantId: string, params: RunParams): Promise<Run>;
  /**
   * Handles one pushed message. Resolves when it is to be acknowledged (done, stale or refused); rejects with a transient
   * error when it should be delivered again. `signal` is heeded until the work is claimed: from then on its lease counts.
   */
  handleMessage(envelope: PushEnvelope, signal?: AbortSignal): Promise<void>;
  /** A step message that the bus gave up on: its work goes back to the queue, the try counted as a crash. */
  handleUndeliverable(envelope: PushEnvelope): Promise<void>;
  /** One pass: publishes what may start (tenants in turns, priorities, slots, breakers), reclaims expired leases. The number published. */
  dispatch(): Promise<number>;
  /** Makes `dispatch` run soon; cheap, may be called after every write. */
  kick(): void;
  /**
   * A process that ran steps has died: what it held is taken back at the next pass, not when its leases run out. With
   * `instance` (see the options) what that one held, else what any process but this one held until now.
   */
  workerGone(instance?: string): void;
  /** Dispatches in the background until `stop`. */
  start(): void;
  /** Stops starting work, waits for what is under way up to `graceMs`, then aborts it (its leases are handed back). */
  stop(graceMs?: number): Promise<void>;
  /** Idempotent; `conflict` when the run has ended otherwise, `not_found` when there is none. */
  cancelRun(tenantId: string, runId: string, by: string): Promise<Run>;
  /** Runs the failed steps of an ended run again, keeping finished steps and parts. */
  retryRun(tenantId: string, runId: string, by: string): Promise<Run>;
  /** Whether what steps of the kind depend on is up, as far as its breaker knows, or it is time to try it again. */
  mayStart(kind: string): Promise<boolean>;
  redrive(
    tenantId: string,
    params: RedriveParams,
  ): Promise<{ matched: number; redriven: DeadLetter[]; dryRun: boolean }>;
  discard(tenantId: string, deadLetterId: string, by: string, requestId: string | null): Promise<DeadLetter>;
}
