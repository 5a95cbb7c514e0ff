import type { Clock } from '#shared/ports/clock.ts';

export interface ManualClock extends Clock {
  /** Moves time, firing each timer that falls due at its own time, and lets what it woke run. */
  advance(ms: number): Promise<void>;
  /** Timers that are set. */
  pending(): number;
}

/** Lets pending promises and I/O callbacks run. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A clock that stands still until it is moved. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMs;
  let timers: { at: number; fn: () => void }[] = [];
  const after = (ms: number, fn: () => void): (() => void) => {
    const timer = { at: now + Math.max(ms, 0), fn };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };
  return {
    now: () => now,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = after(ms, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      }),
    pending: () => timers.length,
    advance: async (ms) => {
      const end = now + ms;
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers = timers.filter((timer) => timer !== due);
        now = Math.max(now, due.at);
        due.fn();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}
