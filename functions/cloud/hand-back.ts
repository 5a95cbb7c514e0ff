import type { Engine } from '#shared/engine/engine-api.ts';
import type { Logger } from '#shared/ports/logger.ts';

/** Cloud Run gives ten seconds between SIGTERM and SIGKILL. A step that is nearly done may finish in the first of them. */
const GRACE_MS = 3000;
/** Then it ends, whatever still hangs. */
const ALL_MS = 9000;

/**
 * Before the process is taken down, steps that run here are finished or handed back, so that another instance goes on with
 * them at once and not when their leases run out. The functions framework would end the process in the very moment of the
 * signal: its listener is taken away as soon as it is added.
 */
export function handBackOnTerm(params: {
  engine: Pick<Engine, 'stop'>;
  log: Logger;
  /** Resolves when requests under way have been answered. */
  answered: () => Promise<void>;
  target?: Pick<NodeJS.Process, 'on' | 'off' | 'exit'>;
}): void {
  const { engine, log, answered, target = process } = params;
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    const timer = setTimeout(() => {
      log.info('taken down with requests under way; steps among them are done again when their leases run out');
      target.exit(0);
    }, ALL_MS);
    engine
      .stop(GRACE_MS)
      .then(answered)
      .catch((error: unknown) => log.warn('leases could not be handed back; they run out', { error }))
      .finally(() => {
        clearTimeout(timer);
        target.exit(0);
      });
  };
  // Not once: a second signal that nobody listens to would end the process in its moment.
  target.on('SIGTERM', end);
  target.on('newListener', (event, listener) => {
    // It is not there yet while this is told.
    if (event === 'SIGTERM' && listener !== end) queueMicrotask(() => target.off('SIGTERM', listener));
  });
}
