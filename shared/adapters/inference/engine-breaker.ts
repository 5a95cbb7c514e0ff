import type { Clock } from '../../ports/clock.ts';

export type BreakerState = 'closed' | 'half-open' | 'open';

export interface BreakerRules {
  /** Failures within the window that open it, if they are at least half of what was asked in it. */
  failures: number;
  windowMs: number;
  /** Until the first probe; doubles with each that fails. */
  openMs: number;
  maxOpenMs: number;
}

export const BREAKER_RULES: BreakerRules = { failures: 5, windowMs: 60_000, openMs: 5_000, maxOpenMs: 30_000 };

/** Outcomes that are remembered; in a busier window the oldest are forgotten. */
const REMEMBERED = 200;

/** One call that was let through; exactly one of these is called when it has ended. */
export interface Admission {
  succeeded(): void;
  failed(): void;
  /** It ended without a word on the engine: cancelled, or refused for its page's sake. */
  released(): void;
}

export interface EngineBreaker {
  state(): BreakerState;
  /** Null while no call may go out; while half-open, one at a time may. */
  enter(): Admission | null;
  /** Milliseconds until one may; 0 when it may now. */
  waitMs(): number;
}

/** Circuit breaker of one engine in one process: failures in a sliding window open it, a probe that succeeds closes it. */
export function createEngineBreaker(
  clock: Clock,
  rules: BreakerRules,
  onChange: (from: BreakerState, to: BreakerState) => void,
): EngineBreaker {
  let outcomes: { at: number; ok: boolean }[] = [];
  let state: BreakerState = 'closed';
  let probeAt = 0;
  /** Times in a row that it opened. */
  let opened = 0;
  const change = (next: BreakerState): void => {
    const from = state;
    state = next;
    onChange(from, next);
  };
  const open = (): void => {
    probeAt = clock.now() + Math.min(rules.maxOpenMs, rules.openMs * 2 ** opened);
    opened += 1;
    outcomes = [];
    change('open');
  };
  const note = (ok: boolean): void => {
    // What was under way when it opened says nothing of how it is now.
    if (state !== 'closed') return;
    const now = clock.now();
    outcomes = [...outcomes, { at: now, ok }].filter((one) => one.at > now - rules.windowMs).slice(-REMEMBERED);
    const failures = outcomes.filter((one) => !one.ok).length;
    if (failures >= rules.failures && failures * 2 >= outcomes.length) open();
  };
  const usual: Admission = { succeeded: () => note(true), failed: () => note(false), released: () => undefined };
  const probe: Admission = {
    succeeded: () => {
      opened = 0;
      change('closed');
    },
    failed: open,
    released: () => change('open'),
  };
  return {
    state: () => state,
    waitMs: () => (state === 'closed' ? 0 : Math.max(state === 'open' ? 0 : 1000, probeAt - clock.now())),
    enter: () => {
      if (state === 'closed') return usual;
      if (state === 'half-open' || clock.now() < probeAt) return null;
      change('half-open');
      return probe;
    },
  };
}
