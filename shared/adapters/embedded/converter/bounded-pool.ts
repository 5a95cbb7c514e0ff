import { RectoError } from '../../../domain/errors.ts';

/** A worker process that does one task at a time. */
export interface PoolWorker {
  /** False once it died or was used up; it is then replaced. */
  readonly usable: boolean;
  close(): Promise<void>;
}

interface Waiter<W> {
  give: (worker: W) => void;
  fail: (error: unknown) => void;
}

export interface PoolOptions<W> {
  size: number;
  /** How many may wait; one more gets `overloaded`. */
  maxQueue: number;
  name: string;
  start: () => Promise<W>;
}

/** Workers started on demand up to `size`, handed out in order of asking. A dead one is replaced when next needed. */
export class BoundedPool<W extends PoolWorker> {
  readonly #options: PoolOptions<W>;
  readonly #idle: W[] = [];
  readonly #waiting: Waiter<W>[] = [];
  readonly #all = new Set<W>();
  #starting = 0;
  #closed = false;

  constructor(options: PoolOptions<W>) {
    this.#options = options;
  }

  get busy(): number {
    return this.#all.size - this.#idle.length + this.#starting;
  }

  get running(): number {
    return this.#all.size;
  }

  /** Runs `task` on a worker of its own. Errors: `overloaded`, the abort reason, and what start or task throw. */
  async use<T>(task: (worker: W) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const worker = await this.#acquire(signal);
    try {
      return await task(worker);
    } finally {
      await this.#release(worker);
    }
  }

  /** Starts every worker now. */
  async warmUp(): Promise<void> {
    const missing = this.#options.size - this.#all.size - this.#starting;
    await Promise.all(
      Array.from({ length: Math.max(0, missing) }, () => this.#startOne().then((w) => this.#release(w))),
    );
  }

  /** Ends workers that wait for work. */
  async closeIdle(): Promise<void> {
    const idle = this.#idle.splice(0);
    for (const worker of idle) this.#all.delete(worker);
    await Promise.all(idle.map((worker) => worker.close()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.fail(shuttingDown());
    const all = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(all.map((worker) => worker.close()));
  }

  async #acquire(signal?: AbortSignal): Promise<W> {
    signal?.throwIfAborted();
    if (this.#closed) throw shuttingDown();
    for (let worker = this.#idle.pop(); worker !== undefined; worker = this.#idle.pop()) {
      if (worker.usable) return worker;
      this.#all.delete(worker);
      await worker.close();
    }
    if (this.#all.size + this.#starting < this.#options.size) return this.#startOne();
    if (this.#waiting.length >= this.#options.maxQueue)
      throw new RectoError(
        'overloaded',
        `All ${this.#options.name} workers are busy and the queue is full; try again later.`,
        {
          retryAfter: 5,
        },
      );
    return new Promise<W>((resolve, reject) => {
      const onAbort = (): void => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal?.reason);
      };
      const settle = (): void => signal?.removeEventListener('abort', onAbort);
      const waiter: Waiter<W> = {
        give: (worker) => {
          settle();
          resolve(worker);
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
    });
  }

  async #startOne(): Promise<W> {
    this.#starting++;
    try {
      const worker = await this.#options.start();
      if (this.#closed) {
        await worker.close();
        throw shuttingDown();
      }
      this.#all.add(worker);
      return worker;
    } finally {
      this.#starting--;
    }
  }

  async #release(worker: W): Promise<void> {
    if (this.#closed) return;
    if (worker.usable) {
      const next = this.#waiting.shift();
      if (next !== undefined) next.give(worker);
      else this.#idle.push(worker);
      return;
    }
    this.#all.delete(worker);
    await worker.close();
    const next = this.#waiting.shift();
    if (next === undefined) return;
    // Its turn has come, but the worker has to be started first; a failed start is the waiter's error.
    this.#startOne().then(next.give, next.fail);
  }
}

const shuttingDown = (): RectoError =>
  new RectoError('overloaded', 'The converter is shutting down; try again later.', { retryAfter: 5 });
