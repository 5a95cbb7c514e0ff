import { dispatchGates, SYSTEM_TENANT } from '../domain/collections.ts';
import { RectoError, toRectoError } from '../domain/errors.ts';
import { POOLS } from '../domain/workflow.ts';
import type { PushEnvelope } from '../ports/message-bus.ts';
import type { TenantPorts } from '../ports/platform.ts';
import { endAttempt } from './attempt-end.ts';
import { runAttempt } from './attempt-runner.ts';
import { createBreakers } from './breakers.ts';
import { cancelRun } from './cancel.ts';
import { type Claim, claimWork } from './claim.ts';
import { AttemptStopped, type EngineCore } from './core.ts';
import { declareMetrics } from './declare-metrics.ts';
import { discardDeadLetter } from './discard.ts';
import { dispatchPool, measureQueues } from './dispatcher.ts';
import type { Engine, EngineOptions } from './engine-api.ts';
import { enqueueRun } from './enqueue.ts';
import { type Gone, nextDelayed, promoteDelayed, reclaimLeases } from './leases.ts';
import { redriveDeadLetters } from './redrive.ts';
import { retryRun } from './retry.ts';
import type { RunParams } from './step.ts';
import { undeliverable } from './undeliverable.ts';
import { readStepMessage } from './work-records.ts';

/** Without anything that wakes it, how often the background looks for work. */
const POLL_MS = 1000;
/** One message goes on with following steps for this long; then they take their turn in the queue. */
const CHAIN_MS = 60_000;
const KEPT_TENANTS = 1000;
/** Counting a long queue takes milliseconds. */
const MEASURE_MS = 15_000;

/** The durable workflow engine over the platform's ports. */
export function createEngine(options: EngineOptions): Engine {
  const { platform } = options;
  const { clock, log } = platform;
  const steps = new Map(options.steps.map((step) => [step.kind, step]));
  const tenants = new Map<string, TenantPorts>();
  let running: Promise<number> | null = null;
  let again = false;
  let measureAt = 0;
  let background = false;
  /** Processes that are gone; what they held comes back at the next pass. */
  let gone: Gone[] = options.soleWorker === true ? [{ until: clock.now() }] : [];
  let wake: { at: number; cancel: () => void } | null = null;

  const dependencies = [...new Set(options.steps.flatMap((step) => step.dependsOn ?? []))];
  declareMetrics(platform.metrics, steps.keys(), dependencies);

  const core: EngineCore = {
    platform,
    steps,
    runs: options.runs === undefined ? null : new Set(options.runs),
    breakers: createBreakers({
      store: platform.system.store,
      clock,
      log,
      metrics: platform.metrics,
      dependencies,
      threshold: options.breaker?.threshold ?? 3,
      delayMs: options.breaker?.delayMs ?? 5000,
      maxDelayMs: options.breaker?.maxDelayMs ?? 60_000,
    }),
    onRunEnd: options.onRunEnd ?? null,
    leaseMs: options.leaseMs ?? 30_000,
    maxCrashes: options.maxCrashes ?? 3,
    random: options.random ?? Math.random,
    instance: options.instance ?? crypto.randomUUID(),
    active: new Map(),
    stopping: false,
    kick,
    ports: (tenantId) => {
      let ports = tenants.get(tenantId);
      if (ports === undefined) {
        if (tenants.size >= KEPT_TENANTS) tenants.clear();
        ports = platform.forTenant(tenantId);
        tenants.set(tenantId, ports);
      }
      return ports;
    },
  };

  /** True once nothing could be written. */
  let wasFull = false;
  let reclaimAfter = 0;

  const endCrashed = async (claim: Claim): Promise<void> => {
    const error = new RectoError(
      'worker_crashed',
      `The worker that ran step ${claim.spec.id} died or lost touch before it could record a result.`,
    );
    await endAttempt(core, claim, { kind: 'error', error }, false);
  };

  /** After a time in which nothing could be written, leases have run out that are held all the same: first they are renewed. */
  async function reclaimExpired(): Promise<boolean> {
    if (wasFull) {
      const written = { lastTenant: '', dispatchedAt: clock.now() };
      await platform.system.store.transaction(async (tx) =>
        tx.put(dispatchGates, { id: 'writable', tenantId: SYSTEM_TENANT }, written),
      );
      wasFull = false;
      reclaimAfter = clock.now() + core.leaseMs;
    }
    return clock.now() >= reclaimAfter && (await reclaimLeases(core, endCrashed, null));
  }

  async function pass(): Promise<number> {
    const taken = gone;
    for (const process of taken) await reclaimLeases(core, endCrashed, process);
    gone = gone.filter((process) => !taken.includes(process));
    await core.breakers.refresh();
    const moreDelayed = await promoteDelayed(core);
    const moreExpired = await reclaimExpired();
    let published = 0;
    let more = moreDelayed || moreExpired;
    if (clock.now() >= measureAt) {
      measureAt = clock.now() + MEASURE_MS;
      await measureQueues(core);
    }
    for (const pool of POOLS) {
      const done = await dispatchPool(core, pool, options.slots[pool]);
      published += done.published;
      more ||= done.more;
    }
    if (more) again = true;
    return published;
  }

  /** One pass at a time; whoever asks while one runs gets that one's count, and a further one follows. */
  function dispatch(): Promise<number> {
    if (core.stopping) return Promise.resolve(0);
    if (running !== null) {
      again = true;
      return running;
    }
    running = pass()
      .catch((thrown: unknown) => {
        wasFull ||= toRectoError(thrown).code === 'storage_full';
        throw thrown;
      })
      .finally(() => {
        running = null;
        if (again && !core.stopping) {
          again = false;
          kick();
        }
      });
    return running;
  }

  function kick(): void {
    if (background) wakeAt(clock.now());
    else options.onKick?.();
  }

  function wakeAt(at: number): void {
    if (core.stopping || (wake !== null && wake.at <= at)) return;
    wake?.cancel();
    const delay = Math.max(0, at - clock.now());
    const run = (): void => {
      wake = null;
      void tick();
    };
    if (delay > 0) wake = { at, cancel: clock.after(delay, run) };
    else {
      const handle = setImmediate(run);
      wake = { at, cancel: () => clearImmediate(handle) };
    }
  }

  async function tick(): Promise<void> {
    let next = clock.now() + POLL_MS;
    try {
      await dispatch();
      next = Math.min(next, (await nextDelayed(core)) ?? next);
    } catch (thrown) {
      log.error('work could not be dispatched; trying again', { error: String(thrown) });
    }
    wakeAt(Math.max(next, clock.now() + 1));
  }

  async function runChain(first: Claim): Promise<void> {
    const until = clock.now() + CHAIN_MS;
    let claim: Claim | null = first;
    while (claim !== null) {
      const { workId, tenantId, token } = claim;
      const controller = new AbortController();
      core.active.set(workId, { tenantId, runId: claim.run.id, token, controller });
      let next: Claim | null = null;
      try {
        const outcome = await runAttempt(core, claim, controller);
        next = await endAttempt(core, claim, outcome, !core.stopping && clock.now() < until);
      } finally {
        if (core.active.get(workId)?.token === token) core.active.delete(workId);
      }
      claim = next;
    }
  }

  async function handleMessage(envelope: PushEnvelope, signal?: AbortSignal): Promise<void> {
    if (core.stopping || signal?.aborted === true)
      throw new RectoError('overloaded', 'The platform is stopping; the message comes again.');
    const claim = await claimWork(core, readStepMessage(envelope));
    if (claim === null) return;
    try {
      await runChain(claim);
    } finally {
      kick();
    }
  }

  async function stop(graceMs = 10_000): Promise<void> {
    core.stopping = true;
    background = false;
    wake?.cancel();
    const idle = async (ms: number): Promise<boolean> => {
      const until = clock.now() + ms;
      while (core.active.size > 0 && clock.now() < until) await clock.sleep(20);
      return core.active.size === 0;
    };
    if (!(await idle(graceMs))) {
      for (const attempt of core.active.values()) attempt.controller.abort(new AttemptStopped('shutdown'));
      await idle(5000);
    }
    await running?.catch((thrown) => log.warn('the last dispatch failed', { error: String(thrown) }));
  }

  return {
    enqueueRun: (tx, params) => enqueueRun(core, tx, params),
    startRun: async (tenantId: string, params: RunParams) => {
      const run = await core.ports(tenantId).store.transaction(async (tx) => enqueueRun(core, tx, params));
      kick();
      return run;
    },
    handleMessage,
    handleUndeliverable: (envelope) => undeliverable(core, envelope),
    dispatch,
    kick,
    workerGone: (instance) => {
      gone = [...gone, instance === undefined ? { until: clock.now() } : { instance }];
      kick();
    },
    start: () => {
      background = true;
      kick();
    },
    stop,
    cancelRun: (tenantId, runId, by) => cancelRun(core, tenantId, runId, by),
    retryRun: (tenantId, runId, by) => retryRun(core, tenantId, runId, by),
    mayStart: async (kind) => {
      await core.breakers.refresh();
      return core.breakers.gate(steps.get(kind)?.dependsOn) !== 'open';
    },
    redrive: (tenantId, params) => redriveDeadLetters(core, tenantId, params),
    discard: (tenantId, id, by, requestId) => discardDeadLetter(core, tenantId, id, by, requestId),
  };
}
