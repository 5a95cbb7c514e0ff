import { Worker } from 'node:worker_threads';
import { RectoError } from '../../shared/domain/errors.ts';
import type { ReaderFiles } from '../ocr/models.ts';
import type { FromWorker, PageAnswer, ToWorker, WorkerError, WorkerSettings } from './messages.ts';
import { type Job, PageQueue } from './page-queue.ts';

export interface PageJob {
  /** Over a SharedArrayBuffer, or it is copied into the thread. */
  image: Uint8Array;
  dpi: number;
}

export interface WorkerPoolOptions {
  workers: number;
  queuePages: number;
  /** Pages a thread reads at once at most. */
  batchPages: number;
  /** A free thread waits so long for a batch to fill. 0: takes what is there. */
  batchWaitMs: number;
  pageTimeoutMs: number;
  settings: WorkerSettings;
  log: (level: 'info' | 'error', message: string, fields?: Record<string, unknown>) => void;
  /** What the threads run; for tests. */
  entry?: URL;
  /** Hears the size of each batch, and the seconds each of its pages waited. */
  onBatch?: (pages: number, waited: readonly number[]) => void;
}

interface Slot {
  worker: Worker;
  up: boolean;
  /** It could not load what the others have: on its way out. */
  failed: boolean;
  readers: Set<string>;
  jobs: Map<number, Job>;
  timer: NodeJS.Timeout | null;
}

interface Loading {
  resolve: () => void;
  reject: (error: Error) => void;
}

/** First wait before a thread that died is started again; doubled while they go on dying before they were ready. */
const RESTART_MS = 250;
const MAX_RESTART_MS = 30_000;
/** Threads that died in a row before they were ready, from which what waits for one is given up. */
const HOPELESS = 4;
const MAX_RETRY_SECONDS = 60;
const LOAD_TIMEOUT_MS = 120_000;

/**
 * Threads with a set of models each, behind one bounded queue. A page that kills or hangs its thread fails alone: those
 * that were read along with it are read again one by one; the thread is replaced. Errors of a page: `overloaded` (never
 * queued), `cancelled`, `step_timeout`, `worker_crashed`, and those of reading it.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots = new Set<Slot>();
  readonly #queue = new PageQueue();
  /** What every thread has loaded, or loads. */
  readonly #readers = new Map<string, ReaderFiles>();
  readonly #loading = new Map<string, Loading>();
  #wake: NodeJS.Timeout | null = null;
  #nextId = 1;
  #closed = false;
  #failures = 0;
  /** Smoothed seconds a page takes: says when to come again. */
  #pageSeconds = 1;
  /** By then, in seconds of this process, all who were refused will have found room. */
  #promised = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    for (let i = 0; i < options.workers; i++) this.#spawn();
  }

  /** True when every thread has all readers warm; one that is being loaded for the first time does not count yet. */
  get ready(): boolean {
    return this.#slots.size === this.#options.workers && [...this.#slots].every((slot) => this.#isReady(slot));
  }
  get queued(): number {
    return this.#queue.length;
  }
  get busy(): number {
    return [...this.#slots].filter((slot) => slot.jobs.size > 0).length;
  }
  get idle(): boolean {
    return this.queued === 0 && this.busy === 0;
  }
  get workers(): number {
    return this.#options.workers;
  }

  /** Seconds until there is likely room for so many pages; who is refused after them is told a later time. */
  #comeAgainIn(pages: number): number {
    const under = [...this.#slots].reduce((sum, slot) => sum + slot.jobs.size, 0);
    const perPage = this.#pageSeconds / this.#options.workers;
    const now = performance.now() / 1000;
    const halfEmpty = now + 0.5 * (this.queued + under) * perPage;
    this.#promised = Math.min(now + MAX_RETRY_SECONDS, Math.max(this.#promised, halfEmpty) + pages * perPage);
    return Math.max(1, Math.ceil(this.#promised - now));
  }

  /** Has every thread load and warm a reader. Rejects, with the reader unloaded, when one of them cannot. */
  async load(reader: string, files: ReaderFiles): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#readers.set(reader, files);
    this.#loading.set(reader, { resolve, reject });
    const late = new RectoError('dependency_unavailable', `The models of "${reader}" did not load in time.`);
    const timer = setTimeout(() => reject(late), LOAD_TIMEOUT_MS);
    for (const slot of this.#slots) if (slot.up) send(slot, { kind: 'load', reader, files });
    try {
      await promise;
    } catch (error) {
      this.unload(reader);
      throw error;
    } finally {
      clearTimeout(timer);
      this.#loading.delete(reader);
    }
  }

  /** Gives a reader's memory back. It must not be in use. */
  unload(reader: string): void {
    this.#readers.delete(reader);
    for (const slot of this.#slots) {
      slot.readers.delete(reader);
      if (slot.up) send(slot, { kind: 'unload', reader });
    }
  }

  /**
   * All pages or none are taken in, for a reader that is loaded. Rejects with the first page's error; the others are then
   * given up.
   */
  async run(reader: string, pages: readonly PageJob[], signal: AbortSignal): Promise<PageAnswer[]> {
    const free = this.#options.workers - this.busy;
    if (this.#queue.length + pages.length > this.#options.queuePages + free)
      throw new RectoError('overloaded', `The OCR queue is full (${this.#queue.length} pages wait); try again later.`, {
        retryAfter: this.#comeAgainIn(pages.length),
      });
    if (signal.aborted) throw new RectoError('cancelled', 'The caller went away before the pages were read.');
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const giveUp = (): void => {
      Atomics.store(cancelled, 0, 1);
      for (const job of this.#queue.remove(({ task }) => task.cancelled === cancelled))
        job.reject(new RectoError('cancelled', 'The caller went away before the page was read.'));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.all(pages.map((page) => this.#enqueue(reader, page, cancelled)));
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Ends the threads; what they hold and what waits fails with `worker_crashed`. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#wake !== null) clearTimeout(this.#wake);
    for (const job of this.#queue.remove(() => true)) job.reject(crashed());
    await Promise.all([...this.#slots].map((slot) => slot.worker.terminate()));
  }

  #enqueue(reader: string, page: PageJob, cancelled: Int32Array): Promise<PageAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<PageAnswer>();
    const task = { ...page, id: this.#nextId++, cancelled };
    this.#queue.push({ task, reader, queuedAt: performance.now(), alone: false, resolve, reject });
    // After this turn: the pages of one request are all in the queue before any of them leaves it.
    queueMicrotask(() => this.#dispatch());
    return promise;
  }

  #dispatch(): void {
    const { batchPages, batchWaitMs } = this.#options;
    const idle = [...this.#slots].filter((slot) => slot.up && slot.jobs.size === 0);
    for (const [at, slot] of idle.entries()) {
      const { oldest } = this.#queue;
      if (oldest === null) return;
      const wait = batchWaitMs - (performance.now() - oldest);
      if (wait > 0 && this.#queue.length < batchPages) {
        this.#wake ??= setTimeout(() => {
          this.#wake = null;
          this.#dispatch();
        }, wait);
        return;
      }
      // What waits is shared out among the threads that are free.
      const most = Math.min(batchPages, Math.ceil(this.#queue.length / (idle.length - at)));
      const batch = this.#queue.take(most, (reader) => slot.readers.has(reader));
      if (batch.length > 0) this.#hand(slot, batch);
    }
  }

  #hand(slot: Slot, batch: readonly Job[]): void {
    const now = performance.now();
    this.#options.onBatch?.(
      batch.length,
      batch.map((job) => (now - job.queuedAt) / 1000),
    );
    for (const job of batch) slot.jobs.set(job.task.id, job);
    slot.timer = setTimeout(() => this.#expire(slot), this.#options.pageTimeoutMs * batch.length);
    const [first] = batch;
    if (first !== undefined) send(slot, { kind: 'read', reader: first.reader, tasks: batch.map((job) => job.task) });
  }

  #expire(slot: Slot): void {
    const [only, ...others] = slot.jobs.values();
    if (only !== undefined && others.length === 0) {
      const { pageTimeoutMs } = this.#options;
      slot.jobs.clear();
      only.reject(
        new RectoError('step_timeout', `Reading the page took longer than ${pageTimeoutMs} ms and was stopped.`),
      );
    }
    void slot.worker.terminate();
  }

  #spawn(): void {
    const entry = this.#options.entry ?? new URL('./worker.ts', import.meta.url);
    const worker = new Worker(entry, { workerData: this.#options.settings });
    const slot: Slot = { worker, up: false, failed: false, readers: new Set(), jobs: new Map(), timer: null };
    this.#slots.add(slot);
    worker.on('message', (message: FromWorker) => this.#hear(slot, message));
    worker.on('error', (error) => this.#options.log('error', 'ocr: a worker thread failed', { error: String(error) }));
    worker.on('exit', (code) => this.#buried(slot, code));
  }

  #isReady(slot: Slot): boolean {
    return (
      slot.up && [...this.#readers.keys()].every((reader) => slot.readers.has(reader) || this.#loading.has(reader))
    );
  }

  #hear(slot: Slot, message: FromWorker): void {
    switch (message.kind) {
      case 'up':
        slot.up = true;
        for (const [reader, files] of this.#readers) send(slot, { kind: 'load', reader, files });
        return;
      case 'loaded':
        if (!this.#readers.has(message.reader)) return;
        slot.readers.add(message.reader);
        if (this.#isReady(slot)) this.#failures = 0;
        if ([...this.#slots].every((one) => one.readers.has(message.reader)) && this.#full)
          this.#loading.get(message.reader)?.resolve();
        this.#dispatch();
        return;
      case 'refused': {
        const loading = this.#loading.get(message.reader);
        if (loading !== undefined) loading.reject(errorOf(message.error));
        else if (this.#readers.has(message.reader)) {
          // A replacement that lacks what the others have would never be asked, and nobody would be told.
          slot.failed = true;
          void slot.worker.terminate();
        }
        return;
      }
      case 'unloaded':
        return;
      default:
        this.#answered(slot, message);
    }
  }

  get #full(): boolean {
    return this.#slots.size === this.#options.workers;
  }

  #answered(slot: Slot, message: Extract<FromWorker, { kind: 'done' | 'failed' }>): void {
    const job = slot.jobs.get(message.id);
    if (job === undefined) return;
    slot.jobs.delete(message.id);
    if (message.kind === 'done') {
      const { page, model, seconds, stages } = message;
      this.#pageSeconds = 0.8 * this.#pageSeconds + 0.2 * seconds;
      job.resolve({ page, model, seconds, stages });
    } else job.reject(errorOf(message.error));
    if (slot.jobs.size > 0) return;
    if (slot.timer !== null) clearTimeout(slot.timer);
    this.#dispatch();
  }

  #buried(slot: Slot, code: number): void {
    this.#slots.delete(slot);
    if (slot.timer !== null) clearTimeout(slot.timer);
    const held = [...slot.jobs.values()];
    // It was ended for what it could not load, not for what it read.
    if (slot.failed && !this.#closed) this.#queue.putBack(held);
    else if (held.length === 1 || this.#closed) for (const job of held) job.reject(crashed());
    else this.#queue.putBack(held.map((job) => ({ ...job, alone: true })));
    if (this.#closed) return;
    const broken = !slot.up || slot.failed;
    const wait = !broken ? 0 : Math.min(MAX_RESTART_MS, RESTART_MS * 2 ** this.#failures++);
    this.#options.log('error', 'ocr: a worker thread ended and is replaced', { exitCode: code, waitMs: wait });
    setTimeout(() => {
      if (!this.#closed) this.#spawn();
    }, wait).unref();
    if (broken && this.#failures >= HOPELESS) this.#giveUp(Math.ceil(wait / 1000));
    this.#dispatch();
  }

  /** Pages that no thread can take would wait for as long as their callers do. */
  #giveUp(retryAfter: number): void {
    const served = (job: Job): boolean => [...this.#slots].some((slot) => slot.readers.has(job.reader));
    for (const job of this.#queue.remove((one) => !served(one)))
      job.reject(
        new RectoError('dependency_unavailable', 'The threads that read pages do not start; see the log.', {
          retryAfter,
        }),
      );
  }
}

const crashed = (): RectoError => new RectoError('worker_crashed', 'The page crashed the thread that read it.');
const send = (slot: Slot, message: ToWorker): void => slot.worker.postMessage(message);

const errorOf = ({ code, message, details }: WorkerError): RectoError =>
  new RectoError(code, message, details === undefined ? {} : { details });
