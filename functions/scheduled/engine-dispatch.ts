import { work } from '#shared/domain/collections.ts';
import type { Engine } from '#shared/engine/engine-api.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { Platform } from '#shared/ports/platform.ts';

/**
 * One pass of the dispatcher, and further ones `everySeconds` apart for `forSeconds` while there is work that waits or runs.
 * A pass that fails is told to the log; the first one's error is the caller's.
 */
export async function dispatchFor(
  { clock, log, system }: Pick<Platform, 'clock' | 'log' | 'system'>,
  engine: Pick<Engine, 'dispatch'>,
  { everySeconds, forSeconds }: { everySeconds: number; forSeconds: number },
): Promise<void> {
  const until = clock.now() + forSeconds * 1000;
  await engine.dispatch();
  while (clock.now() + everySeconds * 1000 <= until) {
    if (!(await isWork(system.store, until))) return;
    await clock.sleep(everySeconds * 1000);
    await engine.dispatch().catch((error: unknown) => log.warn('a dispatch failed; the next one follows', { error }));
  }
}

/** Whether anything waits or runs, or is to start until then. */
async function isWork(store: DocumentStore, until: number): Promise<boolean> {
  for (const state of ['ready', 'dispatched', 'running', 'delayed'] as const) {
    const { records } = await store.query(work, {
      where: [
        { field: 'state', op: '==', value: state },
        { field: 'readyAt', op: '<=', value: until },
      ],
      orderBy: [{ field: 'readyAt', direction: 'asc' }],
      limit: 1,
    });
    if (records.length > 0) return true;
  }
  return false;
}
