import { breakers, SYSTEM_TENANT } from '../domain/collections.ts';
import type { Breaker } from '../domain/records.ts';
import type { Clock } from '../ports/clock.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Step } from './step.ts';

export type Dependency = NonNullable<Step['dependsOn']>;

/** While half-open, how long a probe may take before another is let through. */
const PROBE_MS = 60_000;
/** How often a success is written down while all is well. */
const SUCCESS_NOTE_MS = 30_000;
const CLOSED: Breaker = { state: 'closed', failures: 0, openedAt: null, probeAt: null, lastSuccessAt: null };

export interface Breakers {
  /** Reads where the breakers stand; they are shared by all processes. */
  refresh(): Promise<void>;
  /** As of the last refresh or report: `open` starts nothing, `probe` lets one through. */
  gate(dependency: Dependency | undefined): 'closed' | 'open' | 'probe';
  /** Whether a call would only hit a service that is known to be down. */
  refuses(dependency: Dependency | undefined): boolean;
  /** True for the one that may probe. */
  takeProbe(dependency: Dependency): Promise<boolean>;
  succeeded(dependency: Dependency | undefined): Promise<void>;
  failed(dependency: Dependency | undefined): Promise<void>;
  /** An attempt ended without a word on the dependency: if it was the probe, another may probe at once. */
  inconclusive(dependency: Dependency | undefined): Promise<void>;
}

/**
 * Circuit breakers by dependency, kept as records: closed until `threshold` consecutive failures, then open; after a delay
 * that doubles with each failed probe, one attempt is let through, whose success closes it.
 */
export function createBreakers(params: {
  store: DocumentStore;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  dependencies: readonly Dependency[];
  threshold: number;
  delayMs: number;
  maxDelayMs: number;
}): Breakers {
  const { store, clock, log, metrics } = params;
  const known = new Map<Dependency, Breaker>();
  const ref = (dependency: Dependency) => ({ id: dependency, tenantId: SYSTEM_TENANT });
  const tracked = (dependency: Dependency | undefined): dependency is Dependency =>
    dependency !== undefined && dependency !== 'none';

  function note(dependency: Dependency, breaker: Breaker): void {
    const before = known.get(dependency)?.state ?? 'closed';
    known.set(dependency, breaker);
    if (before === breaker.state) return;
    log.warn('a circuit breaker changed', { dependency, from: before, to: breaker.state, failures: breaker.failures });
    metrics.gauge('recto_breaker_open', breaker.state === 'closed' ? 0 : 1, { dependency });
  }

  async function change(dependency: Dependency, next: (current: Breaker) => Breaker | null): Promise<boolean> {
    const outcome = await store.transaction(async (tx) => {
      const current = (await tx.get(breakers, ref(dependency)))?.data ?? CLOSED;
      const changed = next(current);
      if (changed !== null) tx.put(breakers, ref(dependency), changed);
      return { breaker: changed ?? current, changed: changed !== null };
    });
    note(dependency, outcome.breaker);
    return outcome.changed;
  }

  const gate = (dependency: Dependency | undefined): 'closed' | 'open' | 'probe' => {
    if (!tracked(dependency)) return 'closed';
    const breaker = known.get(dependency) ?? CLOSED;
    if (breaker.state === 'closed') return 'closed';
    return clock.now() >= (breaker.probeAt ?? 0) ? 'probe' : 'open';
  };

  return {
    gate,
    refuses: (dependency) =>
      tracked(dependency) && known.get(dependency)?.state === 'open' && gate(dependency) === 'open',
    inconclusive: async (dependency) => {
      if (!tracked(dependency) || known.get(dependency)?.state !== 'half-open') return;
      await change(dependency, (current) =>
        current.state === 'half-open' ? { ...current, probeAt: clock.now() } : null,
      );
    },
    refresh: async () => {
      for (const dependency of params.dependencies) {
        if (!tracked(dependency)) continue;
        const stored = await store.get(breakers, ref(dependency));
        note(dependency, stored?.data ?? CLOSED);
      }
    },
    takeProbe: (dependency) =>
      change(dependency, (current) => {
        const now = clock.now();
        if (current.state === 'closed' || now < (current.probeAt ?? 0)) return null;
        return { ...current, state: 'half-open', probeAt: now + PROBE_MS };
      }),
    succeeded: async (dependency) => {
      if (!tracked(dependency)) return;
      const now = clock.now();
      const current = known.get(dependency) ?? CLOSED;
      const quiet = current.state === 'closed' && current.failures === 0;
      if (quiet && now - (current.lastSuccessAt ?? 0) < SUCCESS_NOTE_MS) return;
      await change(dependency, () => ({ ...CLOSED, lastSuccessAt: now }));
    },
    failed: async (dependency) => {
      if (!tracked(dependency)) return;
      await change(dependency, (current) => {
        // Attempts that were under way when it opened say nothing new.
        if (current.state === 'open') return null;
        const now = clock.now();
        const failures = current.failures + 1;
        if (current.state === 'closed' && failures < params.threshold) return { ...current, failures };
        const delay = Math.min(params.maxDelayMs, params.delayMs * 2 ** Math.max(0, failures - params.threshold));
        return { ...current, state: 'open', failures, openedAt: current.openedAt ?? now, probeAt: now + delay };
      });
    },
  };
}
