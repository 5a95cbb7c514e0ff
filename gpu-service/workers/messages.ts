import type { ErrorCode } from '../../shared/domain/errors.ts';
import type { Page } from '../../shared/domain/page.ts';
import type { ReaderId } from '../ocr/models.ts';

export interface PageTask {
  id: number;
  image: Uint8Array;
  number: number;
  dpi: number;
  model: ReaderId;
  /** Set to 1 when nobody waits for the answer any more. */
  cancelled: Int32Array;
}

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'done'; id: number; page: Page; model: string; seconds: number }
  | {
      kind: 'failed';
      id: number;
      error: { code: ErrorCode; message: string; details: Readonly<Record<string, unknown>> | undefined };
    };

export interface WorkerSettings {
  maxPixels: number;
  warmUp: ReaderId;
}
