import { RectoError } from '../../domain/errors.ts';
import { GoogleApiError, toCoded } from './google-errors.ts';
import { backoffMs, realSleep } from './google-http.ts';
import type { Storage } from './storage-client.ts';

/** Without a byte for so long, a download counts as stuck and goes on in a new request. */
const IDLE_MS = 30_000;
const MAX_FAILURES = 5;

/**
 * The bytes of one generation from `start` to `end` (half open). A connection that breaks or stands still is replaced by one
 * that goes on where it stopped. Errors: `contention` when that generation is gone; those of the service.
 */
export async function* readObject(
  storage: Storage,
  bucket: string,
  object: { name: string; generation: string },
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let position = start;
  let failures = 0;
  while (position < end) {
    signal?.throwIfAborted();
    const stuck = new AbortController();
    const stop = signal === undefined ? stuck.signal : AbortSignal.any([signal, stuck.signal]);
    const watch = setTimeout(() => stuck.abort(), IDLE_MS);
    try {
      const answer = await storage.read({ bucket, ...object, start: position, end, signal: stop });
      if (answer === null)
        throw new RectoError('contention', 'The object changed while it was read. Read it again.', { retryAfter: 1 });
      for await (const chunk of answer.body ?? []) {
        watch.refresh();
        failures = 0;
        position += chunk.length;
        yield chunk;
      }
      if (position < end) failures++;
    } catch (thrown) {
      signal?.throwIfAborted();
      // Whatever breaks a body off while it is read: the network, or we when it stood still.
      const broken = stuck.signal.aborted || thrown instanceof TypeError;
      if (!broken) throw toCoded(thrown);
      failures++;
    } finally {
      clearTimeout(watch);
      stuck.abort();
    }
    if (failures >= MAX_FAILURES)
      throw toCoded(
        new GoogleApiError({ service: 'Cloud Storage', httpStatus: 0, status: 'UNAVAILABLE', message: 'broken off' }),
      );
    if (failures > 0) await realSleep(backoffMs(failures - 1, Math.random), signal);
  }
}
