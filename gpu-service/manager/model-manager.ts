import { RectoError } from '../../shared/domain/errors.ts';
import type { ModelSpec, Precision } from '../ocr/model-list.ts';
import { modelsOf, READER_IDS, READERS, type ReaderFiles, type ReaderId } from '../ocr/models.ts';

export type ReaderState = 'absent' | 'loading' | 'loaded';

export interface ReaderStatus {
  id: ReaderId;
  title: string;
  /** Null until it was loaded once: the precision of its parts is part of it. */
  version: string | null;
  state: ReaderState;
  /** Requests that read with it now. */
  users: number;
  /** With all threads; what it shares with other readers counted as well. */
  memoryMb: number;
  /** `precision`: as they run, or would by their own files. */
  parts: readonly (ModelSpec & { precision: Precision })[];
}

export interface ModelManagerOptions {
  /** Loads into every thread; unloads from every thread. */
  pool: {
    readonly workers: number;
    load(reader: string, files: ReaderFiles): Promise<void>;
    unload(reader: string): void;
  };
  files: (id: ReaderId) => Promise<ReaderFiles>;
  budgetMb: number;
  defaultReader: ReaderId;
  log: (level: 'info' | 'error', message: string, fields?: Record<string, unknown>) => void;
}

interface Entry {
  state: ReaderState;
  files: ReaderFiles | null;
  users: number;
  lastUsed: number;
}

/**
 * Which readers are in memory. One that is asked for is loaded; when the budget is used up, the one that was not used for
 * the longest time makes room, but never the default or one in use. Loads happen one at a time.
 * Errors: `overloaded` when all that could make room is in use, `limit_exceeded` when it never fits, `model_damaged`.
 */
export class ModelManager {
  readonly #options: ModelManagerOptions;
  readonly #entries = new Map<ReaderId, Entry>();
  #default: ReaderId;
  #uses = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ModelManagerOptions) {
    this.#options = options;
    this.#default = options.defaultReader;
    for (const id of READER_IDS) this.#entries.set(id, { state: 'absent', files: null, users: 0, lastUsed: 0 });
  }

  get defaultReader(): ReaderId {
    return this.#default;
  }

  get ready(): boolean {
    return this.#entry(this.#default).state === 'loaded';
  }

  get budgetMb(): number {
    return this.#options.budgetMb;
  }

  /** Of what is loaded, models that readers share counted once. */
  get memoryMb(): number {
    return this.#memory(this.#held());
  }

  list(): ReaderStatus[] {
    return READER_IDS.map((id) => {
      const { state, files, users } = this.#entry(id);
      const running = files === null ? [] : [files.detector, files.recognizer, files.second, files.classifier];
      const parts = modelsOf(id).map((model) => ({
        ...model,
        precision: running.find((file) => file?.id === model.id)?.precision ?? 'fp32',
      }));
      const version = files?.version ?? null;
      return { id, title: READERS[id].title, version, state, users, memoryMb: this.#memory([id]), parts };
    });
  }

  /** Runs `fn` with the reader loaded, and keeps it loaded meanwhile. `fn` gets the reader's version. */
  async use<T>(id: ReaderId, fn: (version: string) => Promise<T>): Promise<T> {
    const entry = this.#entry(id);
    // Counted from here on, so that nothing unloads it between its load and its use.
    entry.users++;
    try {
      if (entry.state !== 'loaded') await this.load(id);
      entry.lastUsed = ++this.#uses;
      return await fn(entry.files?.version ?? id);
    } finally {
      entry.users--;
    }
  }

  load(id: ReaderId): Promise<void> {
    return this.#oneAtATime(async () => {
      const entry = this.#entry(id);
      if (entry.state === 'loaded') return;
      this.#makeRoom(id);
      entry.state = 'loading';
      const startedAt = performance.now();
      try {
        const files = await this.#options.files(id);
        await this.#options.pool.load(id, files);
        entry.files = files;
        entry.state = 'loaded';
        entry.lastUsed = ++this.#uses;
      } catch (error) {
        entry.state = 'absent';
        throw error;
      }
      const seconds = Math.round(performance.now() - startedAt) / 1000;
      this.#options.log('info', 'ocr: models loaded', { reader: id, version: entry.files?.version, seconds });
    });
  }

  /** Errors: `conflict` for the default, and for one in use. Of one that is not loaded: nothing to do. */
  unload(id: ReaderId): Promise<void> {
    return this.#oneAtATime(async () => {
      const entry = this.#entry(id);
      if (entry.state !== 'loaded') return;
      if (id === this.#default)
        throw new RectoError('conflict', `"${id}" is the default; make another one the default first.`);
      if (entry.users > 0) throw new RectoError('conflict', `"${id}" is in use; try again when it is idle.`);
      this.#drop(id);
    });
  }

  /** Loads it first: until it is ready, the former default answers. */
  async setDefault(id: ReaderId): Promise<void> {
    await this.use(id, async () => {
      this.#default = id;
    });
  }

  #makeRoom(wanted: ReaderId): void {
    const { budgetMb } = this.#options;
    while (this.#memory([...this.#held(), wanted]) > budgetMb) {
      const idle = this.#held().filter((id) => id !== this.#default && this.#entry(id).users === 0);
      const oldest = idle.sort((a, b) => this.#entry(a).lastUsed - this.#entry(b).lastUsed)[0];
      if (oldest !== undefined) this.#drop(oldest);
      else if (this.#memory([this.#default, wanted]) > budgetMb)
        throw new RectoError(
          'limit_exceeded',
          `"${wanted}" needs ${this.#memory([wanted])} MB besides the default's ${this.#memory([this.#default])} MB, and models may take ${budgetMb} MB (OCR_MODEL_MEMORY_MB).`,
        );
      else
        throw new RectoError('overloaded', `There is no memory for "${wanted}" while other readers are in use.`, {
          retryAfter: 2,
        });
    }
  }

  #drop(id: ReaderId): void {
    this.#entry(id).state = 'absent';
    this.#options.pool.unload(id);
    this.#options.log('info', 'ocr: models unloaded', { reader: id });
  }

  #held(): ReaderId[] {
    return READER_IDS.filter((id) => this.#entry(id).state !== 'absent');
  }

  #memory(readers: readonly ReaderId[]): number {
    const models = new Map(readers.flatMap((id) => modelsOf(id)).map((model) => [model.id, model.memoryMb]));
    return this.#options.pool.workers * [...models.values()].reduce((sum, mb) => sum + mb, 0);
  }

  #oneAtATime<T>(task: () => Promise<T>): Promise<T> {
    const next = this.#last.then(task, task);
    this.#last = next.catch(() => undefined);
    return next;
  }

  #entry(id: ReaderId): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new RectoError('not_found', `There is no OCR model "${id}".`);
    return entry;
  }
}
