import type { PageAnswer, PageTask } from './messages.ts';

export interface Job {
  task: PageTask;
  reader: string;
  queuedAt: number;
  /** It was in a batch that took its thread down: read by itself, so that it can only harm itself. */
  alone: boolean;
  resolve: (answer: PageAnswer) => void;
  reject: (error: Error) => void;
}

/** Pages that wait, first come first served; those for one reader may leave together. */
export class PageQueue {
  readonly #jobs: Job[] = [];

  get length(): number {
    return this.#jobs.length;
  }

  /** When the first in line came; null when nobody waits. */
  get oldest(): number | null {
    return this.#jobs[0]?.queuedAt ?? null;
  }

  push(job: Job): void {
    this.#jobs.push(job);
  }

  /** Before all others. */
  putBack(jobs: readonly Job[]): void {
    this.#jobs.unshift(...jobs);
  }

  /** The first page whose reader is at hand, and up to `most` - 1 behind it for the same reader. */
  take(most: number, atHand: (reader: string) => boolean): Job[] {
    const first = this.#jobs.find((job) => atHand(job.reader));
    if (first === undefined) return [];
    const batch: Job[] = [];
    for (let i = 0; i < this.#jobs.length && batch.length < most; ) {
      const job = this.#jobs[i];
      if (job === first || (job?.reader === first.reader && !job.alone && !first.alone))
        batch.push(...this.#jobs.splice(i, 1));
      else i++;
    }
    return batch;
  }

  /** Takes out what matches, and returns it. */
  remove(matches: (job: Job) => boolean): Job[] {
    const out: Job[] = [];
    for (let i = this.#jobs.length - 1; i >= 0; i--) {
      const job = this.#jobs[i];
      if (job !== undefined && matches(job)) out.push(...this.#jobs.splice(i, 1));
    }
    return out.reverse();
  }
}
