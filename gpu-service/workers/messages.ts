import type { ErrorCode } from '../../shared/domain/errors.ts';
import type { ReaderFiles } from '../ocr/models.ts';
import type { SessionSettings } from '../ocr/session.ts';

export interface PageTask {
  id: number;
  /** Over shared memory: handed over without a copy, and still there if the page has to be read again. */
  image: Uint8Array;
  dpi: number;
  /** Set to 1 when nobody waits for the answer any more. */
  cancelled: Int32Array;
}

export interface PageAnswer {
  /** UTF-8 JSON of a `Page` without its number; handed over, not copied. */
  page: Uint8Array;
  model: string;
  /** Of one thread; its share when it was read in a batch. */
  seconds: number;
  /** Seconds by name. */
  stages: Readonly<Record<string, number>>;
}

export type ToWorker =
  | { kind: 'load'; reader: string; files: ReaderFiles }
  | { kind: 'unload'; reader: string }
  | { kind: 'read'; reader: string; tasks: readonly PageTask[] };

export interface WorkerError {
  code: ErrorCode;
  message: string;
  details: Readonly<Record<string, unknown>> | undefined;
}

export type FromWorker =
  | { kind: 'up' }
  | { kind: 'loaded'; reader: string }
  | { kind: 'unloaded'; reader: string }
  | { kind: 'refused'; reader: string; error: WorkerError }
  | ({ kind: 'done'; id: number } & PageAnswer)
  | { kind: 'failed'; id: number; error: WorkerError };

export interface WorkerSettings {
  maxPixels: number;
  session: SessionSettings;
}
