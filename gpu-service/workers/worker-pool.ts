import { Worker } from 'node:worker_threads';
import { RectoError } from '../../shared/domain/errors.ts';
import type { Page } from '../../shared/domain/page.ts';
import type { ReaderId } from '../ocr/models.ts';
import type { FromWorker, PageTask, WorkerSettings } from './messages.ts';

export interface PageJob {
  image: Uint8Array;
  number: number;
  dpi: number;
  model: ReaderId;
}

export interface PageAnswer {
  page: Page;
  model: string;
  seconds: number;
}

export interface WorkerPoolOptions {
  workers: number;
  queuePages: number;
  pageTimeoutMs: number;
  settings: WorkerSettings;
  log: (level: 'info' | 'error', message: string, fields?: Record<string, unknown>) => void;
}

interface Job {
  task: PageTask;
  resolve: (answer: PageAnswer) => void;
  reject: (error: RectoError) => void;
}

interface Slot {
  worker: Worker;
  ready: boolean;
  job: Job | null;
  timer: NodeJS.Timeout | null;
}

/** First wait before a thread that died is started again; doubled while they go on dying before they were ready. */
const RESTART_MS = 250;
const MAX_RESTART_MS = 30_000;

/**
 * Threads with a set of models each, behind one bounded queue. A page that kills or hangs its thread fails alone; the
 * thread is replaced. Errors of a job: `overloaded` (never queued), `cancelled`, `step_timeout`, `worker_crashed`, and
 * those of reading the page.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots = new Set<Slot>();
  readonly #queue: Job[] = [];
  #nextId = 1;
  #closed = false;
  #failures = 0;
  /** Smoothed seconds a page takes: says when to come again. */
  #pageSeconds = 1;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    for (let i = 0; i < options.workers; i++) this.#spawn();
  }

  /** True when every thread has its models loaded and warm. */
  get ready(): boolean {
    return this.#slots.size === this.#options.workers && [...this.#slots].every((slot) => slot.ready);
  }

  get queued(): number {
    return this.#queue.length;
  }

  get busy(): number {
    return [...this.#slots].filter((slot) => slot.job !== null).length;
  }

  get idle(): boolean {
    return this.queued === 0 && this.busy === 0;
  }

  /** Seconds until the queue is likely to have room. */
  get retryAfter(): number {
    const waves = (this.queued + this.busy) / this.#options.workers;
    return Math.max(1, Math.min(60, Math.ceil(waves * this.#pageSeconds * 0.5)));
  }

  /** All pages or none are taken in. Rejects with the first page's error; the others are then given up. */
  async run(jobs: readonly PageJob[], signal: AbortSignal): Promise<PageAnswer[]> {
    const free = this.#options.workers - this.busy;
    if (this.#queue.length + jobs.length > this.#options.queuePages + free)
      throw new RectoError('overloaded', `The OCR queue is full (${this.#queue.length} pages wait); try again later.`, {
        retryAfter: this.retryAfter,
      });
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const giveUp = (): void => {
      Atomics.store(cancelled, 0, 1);
      for (const job of this.#queue.filter((waiting) => waiting.task.cancelled === cancelled)) {
        this.#queue.splice(this.#queue.indexOf(job), 1);
        job.reject(new RectoError('cancelled', 'The caller went away before the page was read.'));
      }
    };
    if (signal.aborted) throw new RectoError('cancelled', 'The caller went away before the pages were read.');
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.all(jobs.map((job) => this.#enqueue(job, cancelled)));
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Ends the threads; what they hold fails with `worker_crashed`. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#slots].map((slot) => slot.worker.terminate()));
  }

  #enqueue(job: PageJob, cancelled: Int32Array): Promise<PageAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<PageAnswer>();
    this.#queue.push({ task: { ...job, id: this.#nextId++, cancelled }, resolve, reject });
    this.#dispatch();
    return promise;
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      if (!slot.ready || slot.job !== null) continue;
      const job = this.#queue.shift();
      if (job === undefined) return;
      slot.job = job;
      slot.timer = setTimeout(() => this.#expire(slot, job), this.#options.pageTimeoutMs);
      slot.worker.postMessage(job.task);
    }
  }

  #expire(slot: Slot, job: Job): void {
    job.reject(
      new RectoError(
        'step_timeout',
        `Reading the page took longer than ${this.#options.pageTimeoutMs} ms and was stopped.`,
      ),
    );
    void slot.worker.terminate();
  }

  #spawn(): void {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: this.#options.settings });
    const slot: Slot = { worker, ready: false, job: null, timer: null };
    this.#slots.add(slot);
    worker.on('message', (message: FromWorker) => this.#hear(slot, message));
    worker.on('error', (error) => this.#options.log('error', 'ocr: a worker thread failed', { error: String(error) }));
    worker.on('exit', (code) => this.#buried(slot, code));
  }

  #hear(slot: Slot, message: FromWorker): void {
    if (message.kind === 'ready') {
      slot.ready = true;
      this.#failures = 0;
      this.#dispatch();
      return;
    }
    const { job } = slot;
    if (job === null || job.task.id !== message.id) return;
    if (slot.timer !== null) clearTimeout(slot.timer);
    slot.job = null;
    if (message.kind === 'done') {
      this.#pageSeconds = 0.8 * this.#pageSeconds + 0.2 * message.seconds;
      job.resolve({ page: message.page, model: message.model, seconds: message.seconds });
    } else {
      const { code, message: text, details } = message.error;
      job.reject(new RectoError(code, text, details === undefined ? {} : { details }));
    }
    this.#dispatch();
  }

  #buried(slot: Slot, code: number): void {
    this.#slots.delete(slot);
    if (slot.timer !== null) clearTimeout(slot.timer);
    slot.job?.reject(new RectoError('worker_crashed', 'The page crashed the thread that read it.'));
    if (this.#closed) return;
    const wait = slot.ready ? 0 : Math.min(MAX_RESTART_MS, RESTART_MS * 2 ** this.#failures++);
    this.#options.log('error', 'ocr: a worker thread ended and is replaced', { exitCode: code, waitMs: wait });
    setTimeout(() => {
      if (!this.#closed) this.#spawn();
    }, wait).unref();
  }
}
