import { RectoError } from '../domain/errors.ts';
import type { StepSpec } from '../domain/workflow.ts';
import type { Platform, TenantPorts } from '../ports/platform.ts';
import type { Breakers } from './breakers.ts';
import type { RunEndHook, Step } from './step.ts';

/** An attempt that this process has under way. */
export interface ActiveAttempt {
  tenantId: string;
  runId: string;
  token: string;
  controller: AbortController;
}

/** What the engine's parts share. */
export interface EngineCore {
  readonly platform: Platform;
  readonly steps: ReadonlyMap<string, Step>;
  /** Kinds that are run here; null: all. */
  readonly runs: ReadonlySet<string> | null;
  readonly breakers: Breakers;
  readonly onRunEnd: RunEndHook | null;
  readonly leaseMs: number;
  readonly maxCrashes: number;
  readonly random: () => number;
  /** Names this process in its lease tokens. */
  readonly instance: string;
  /** By work id. */
  readonly active: Map<string, ActiveAttempt>;
  stopping: boolean;
  kick(): void;
  ports(tenantId: string): TenantPorts;
}

export function stepOf(core: EngineCore, kind: string): Step {
  const step = core.steps.get(kind);
  if (step === undefined)
    throw new RectoError(
      'not_configured',
      `This process serves no steps of kind ${kind}. Register it with the engine.`,
    );
  return step;
}

export const isAdvisory =
  (core: EngineCore) =>
  (spec: StepSpec): boolean =>
    spec.advisory ?? core.steps.get(spec.kind)?.advisory ?? false;

/** Why an attempt was aborted; kept as the abort reason. */
export type StopReason = 'lease_lost' | 'shutdown';
export class AttemptStopped extends Error {
  readonly reason: StopReason;
  constructor(reason: StopReason) {
    super(reason === 'shutdown' ? 'the platform is stopping' : 'another worker has the step now, or its run has ended');
    this.reason = reason;
  }
}
