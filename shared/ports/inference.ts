import type { Page } from '../domain/page.ts';

export interface OcrPageInput {
  number: number;
  /** PNG, JPEG, TIFF (first page), WebP. */
  image: Uint8Array;
  mediaType: string;
  dpi: number;
}

/**
 * The models, behind a service. One call is one batch of pages; results come in the order of the pages, numbered as given.
 * Errors: `dependency_unavailable` (down or refusing; transient), `overloaded` with `retryAfter`, `file_corrupt` for an
 * image that cannot be decoded, `too_many_pixels`.
 */
export interface Inference {
  ocr(params: {
    pages: readonly OcrPageInput[];
    model?: string | null;
    signal?: AbortSignal;
  }): Promise<{ pages: Page[]; engine: string; model: string }>;
  /** Rejects with `dependency_unavailable` unless the service is ready to take work. */
  ready(signal?: AbortSignal): Promise<void>;
}
