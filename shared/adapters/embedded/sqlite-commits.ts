import type { DatabaseSync } from 'node:sqlite';
import { RectoError } from '../../domain/errors.ts';
import { inTransaction, tryBegin } from './sqlite.ts';

/** Jobs of one flush: bounds how long the event loop is held. */
const MAX_BATCH = 256;
const MAX_WAITING = 20_000;
/** Another process's commit is an fsync long. */
const BUSY_RETRY_MS = 1;
/** Beyond it the commit waits in earnest, and fails those who wait when that takes too long as well. */
const MAX_BUSY_MS = 10_000;

export interface CommitQueue {
  /**
   * Runs `job` inside the next shared transaction and resolves with its result once that is durable. A job checks before it
   * writes: it may throw a RectoError only before its first write, and then fails alone. It may run twice, so it changes
   * nothing but the database. Errors: `overloaded`, `storage_full`.
   */
  run<R>(job: () => R): Promise<R>;
  /** Commits what waits, at once. */
  flush(): void;
}

interface Waiting {
  /** Runs the job; gives what to call once it is durable. */
  attempt: () => () => void;
  fail: (reason: unknown) => void;
}

/**
 * Group commit: whatever the program wants committed in one turn of the event loop becomes one SQLite transaction and so
 * one fsync, each job still succeeding or failing by itself.
 */
export function createCommitQueue(db: DatabaseSync): CommitQueue {
  let waiting: Waiting[] = [];
  let scheduled = false;
  let busySince: number | null = null;

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flushWhenFree);
  };

  function commit(batch: readonly Waiting[]): void {
    const settled: (() => void)[] = [];
    try {
      inTransaction(db, () => {
        for (const job of batch) {
          try {
            settled.push(job.attempt());
          } catch (thrown) {
            if (!(thrown instanceof RectoError)) throw thrown;
            settled.push(() => job.fail(thrown));
          }
        }
      });
    } catch (thrown) {
      // Something that is not a job's own refusal (a full disk, say) undid the whole group: each gets its own chance.
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) only.fail(thrown);
      // Nobody got as far as writing, and nobody would: each would wait as long again.
      else if (thrown instanceof RectoError && thrown.code === 'contention') for (const job of batch) job.fail(thrown);
      else for (const job of batch) commit([job]);
      return;
    }
    for (const settle of settled) settle();
  }

  /** True when the transaction is begun; false when another process is writing and this turn is given up. */
  function begin(): boolean {
    try {
      if (tryBegin(db)) {
        busySince = null;
        return true;
      }
    } catch (thrown) {
      // The commit itself meets the same error, and tells those who wait.
      if (thrown instanceof RectoError) return true;
      throw thrown;
    }
    busySince ??= performance.now();
    return performance.now() - busySince > MAX_BUSY_MS;
  }

  function flushWhenFree(): void {
    // `flush` came first.
    if (waiting.length === 0) scheduled = false;
    else if (begin()) flushOnce();
    else setTimeout(flushWhenFree, BUSY_RETRY_MS);
  }

  function flushOnce(): void {
    scheduled = false;
    const batch = waiting.length <= MAX_BATCH ? waiting : waiting.slice(0, MAX_BATCH);
    waiting = waiting.length <= MAX_BATCH ? [] : waiting.slice(MAX_BATCH);
    if (waiting.length > 0) schedule();
    if (batch.length > 0) commit(batch);
  }

  return {
    run: <R>(job: () => R) =>
      new Promise<R>((resolve, reject) => {
        if (waiting.length >= MAX_WAITING) {
          reject(
            new RectoError('overloaded', 'Too many writes wait for the disk. Try again shortly.', { retryAfter: 1 }),
          );
          return;
        }
        waiting.push({
          attempt: () => {
            const result = job();
            return () => resolve(result);
          },
          fail: reject,
        });
        schedule();
      }),
    flush: () => {
      // Waits for other processes where it must: nothing follows that could be held up.
      while (waiting.length > 0) flushOnce();
    },
  };
}
