import { TERMINAL_RUN_STATUSES } from '../domain/run.ts';
import type { Metrics } from '../ports/metrics.ts';

/** Counters at zero from the start: an alert on one that never counted must see 0, not nothing. */
export function declareMetrics(metrics: Metrics, kinds: Iterable<string>, dependencies: Iterable<string>): void {
  for (const status of TERMINAL_RUN_STATUSES) metrics.increment('recto_runs_total', { status }, 0);
  for (const kind of kinds)
    for (const name of ['recto_dead_letters_total', 'recto_leases_expired_total', 'recto_lease_lost_total'])
      metrics.increment(name, { kind }, 0);
  for (const dependency of dependencies) metrics.gauge('recto_breaker_open', 0, { dependency });
}
