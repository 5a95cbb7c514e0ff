import type { Clock } from '#shared/ports/clock.ts';
import type { Logger } from '#shared/ports/logger.ts';

const EVERY_MS = 300_000;
/** Looking for orphans reads every object's description: seldom, as they are left alone for a day anyway. */
const ORPHANS_MS = 6 * 3_600_000;

/**
 * Tidies up at once (the last process may have been killed between an upload's bytes and their notification) and every five
 * minutes, one round at a time however long it takes; a round that fails is logged. The first one does not look for orphans.
 */
export function keepHouse(params: {
  clock: Clock;
  log: Logger;
  /** What a crash may have left, and what has expired. */
  tidy: (options: { orphans: boolean }) => Promise<void>;
}): { stop(): void } {
  const { clock, log } = params;
  let stopped = false;
  let orphansAt = clock.now() + 1;
  let cancel = (): void => undefined;
  const round = async (): Promise<void> => {
    const orphans = clock.now() >= orphansAt;
    if (orphans) orphansAt = clock.now() + ORPHANS_MS;
    try {
      await params.tidy({ orphans });
    } catch (error) {
      log.error('housekeeping failed', { error });
    }
    if (!stopped) cancel = clock.after(EVERY_MS, () => void round());
  };
  void round();
  return {
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}
