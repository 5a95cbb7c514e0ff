import type { Clock } from '../../ports/clock.ts';

/** The longest wait one timer of the runtime can hold; longer ones are chained. */
const MAX_TIMER_MS = 2_147_483_647;

function timer(ms: number, fn: () => void, keepsAlive: boolean): () => void {
  let handle: NodeJS.Timeout;
  const arm = (left: number): void => {
    const step = Math.min(Math.max(left, 0), MAX_TIMER_MS);
    handle = setTimeout(() => (left > step ? arm(left - step) : fn()), step);
    if (!keepsAlive) handle.unref();
  };
  arm(ms);
  return () => clearTimeout(handle);
}

/** The machine's own time. `sleep` is unref'd; a callback of `after` keeps the process until it ran or was cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = timer(
        ms,
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        false,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  after: (ms, fn) => timer(ms, fn, true),
};
