import type { Clock } from '#shared/ports/clock.ts';
import type { Logger } from '#shared/ports/logger.ts';

/** In a function nothing runs once the answer is out: who has changed something dispatches before it. */
export interface DispatchAfter {
  /** There is, or may now be, work to dispatch: the engine's `onKick`. */
  kick(): void;
  /** Dispatches what was kicked meanwhile. Never rejects: what is left over, the sweep dispatches. */
  settle(): Promise<void>;
}

/** Rounds of one `settle`: a long queue is the sweep's. */
const MAX_ROUNDS = 5;
/** An answer is not held back longer. */
const PATIENCE_MS = 5000;

export function createDispatchAfter(params: {
  dispatch: () => Promise<number>;
  clock: Clock;
  log: Logger;
}): DispatchAfter {
  const { dispatch, clock, log } = params;
  let kicked = false;
  async function rounds(): Promise<void> {
    for (let round = 0; kicked && round < MAX_ROUNDS; round++) {
      kicked = false;
      await dispatch();
    }
  }
  return {
    kick: () => {
      kicked = true;
    },
    settle: async () => {
      if (!kicked) return;
      const done = rounds().catch((error: unknown) =>
        log.warn('work could not be dispatched; the next sweep does', { error }),
      );
      await Promise.race([done, clock.sleep(PATIENCE_MS)]);
    },
  };
}
