import type { OcrComparison, OcrModels } from '../domain/ocr-models.ts';
import type { Degradation, Page } from '../domain/page.ts';

export interface OcrPageInput {
  number: number;
  /** PNG, JPEG, TIFF (first page), WebP. */
  image: Uint8Array;
  mediaType: string;
  dpi: number;
}

/** What a call used up; null where the engine does not count or has no price. */
export interface OcrUsage {
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
}

export interface OcrReading {
  pages: Page[];
  engine: string;
  model: string;
  /** Present when another engine read than the one asked for: never without saying so. */
  degraded?: Degradation;
  usage?: OcrUsage;
}

/**
 * The models, behind a service. One call is one batch of pages; results come in the order of the pages, numbered as given.
 * Errors: `dependency_unavailable` (down or refusing; transient), `overloaded` with `retryAfter`, `file_corrupt` for an
 * image that cannot be decoded, `too_many_pixels`.
 */
export interface Inference {
  ocr(params: {
    pages: readonly OcrPageInput[];
    /** Where there are several engines: one of them, or `engine/model`; else a model of the default engine. */
    model?: string | null;
    /** A result that the service kept is given to calls of the same scope only. Default: none is looked for or kept. */
    cacheScope?: string;
    signal?: AbortSignal;
  }): Promise<OcrReading>;
  /** Rejects with `dependency_unavailable` unless the service is ready to take work. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Absent where there is nothing to choose from. */
  readonly catalogue?: ModelCatalogue;
  /**
   * Whether that model is read by the engine that all work depends on by default. Work for another one neither waits for
   * it nor says anything about it. Absent: there is one engine.
   */
  byDefaultEngine?(model: string | null): boolean;
}

/** What one can read with. Errors: `dependency_unavailable`, `overloaded`; of `compare` those of `ocr` as well. */
export interface ModelCatalogue {
  models(signal?: AbortSignal): Promise<OcrModels>;
  /** Reads one image with each of the models, two or more; the first is what the others are compared with. */
  compare(params: {
    image: Uint8Array;
    dpi: number;
    models: readonly string[];
    signal?: AbortSignal;
  }): Promise<OcrComparison>;
}
