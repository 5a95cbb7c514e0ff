import type { Box, Code, Word } from '../domain/page.ts';

/** Bytes on their way; a source may be asked for its bytes more than once. */
export interface ByteSource {
  size: number;
  /** From the start; `range` is half open. */
  open(range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
}

export interface Limits {
  maxPages: number;
  maxPixels: number;
  maxExpandedBytes: number;
  maxArchiveRatio: number;
  /** Of what is written. */
  maxOutputBytes: number;
  timeoutMs: number;
}

export interface Inspection {
  /** By content, never by name. */
  mediaType: string;
  /** Encrypted such that a password is needed to read it. */
  encrypted: boolean;
  /** Where the format says it cheaply: PDF pages, TIFF directories, one for images; else null. */
  pages: number | null;
  /** Things worth telling: `macros`, `javascript`, `external-links`, `embedded-files`, `polyglot`, `trailing-data`. */
  flags: readonly string[];
}

export interface PageSize {
  /** Points, 1/72 inch, after rotation. */
  width: number;
  height: number;
}

/** One page, rendered and read. */
export interface RenderedPage {
  number: number;
  png: Uint8Array;
  width: number;
  height: number;
  dpi: number;
  /** The text layer in pixels of this image, reading order of the file; null where there is none or it cannot be trusted. */
  textLayer: { words: Word[]; lines: readonly (readonly [number, number])[] } | null;
  /** Whether it paints pictures, or so many shapes that they may be letters: then it may show what its text does not say. */
  pictured: boolean;
  /** Where they were asked for and there are any. */
  codes?: readonly Code[];
}

/** A page for the redacted PDF. */
export interface RedactedPage {
  number: number;
  /** Pixels at `dpi` of the original page. */
  boxes: readonly Box[];
  dpi: number;
  /** What may stay: every word of the page that no box takes. */
  words: readonly Word[];
  /**
   * `picture`: boxes are painted into the page's pixels, then the words are laid as invisible text. `drawing`: its own text
   * and drawing stay, less what the boxes cover, where that can be shown to hold nothing but `words`; a page for which it
   * cannot be shown becomes a picture.
   */
  as: 'drawing' | 'picture';
}

export interface RedactedPdf {
  pdf: AsyncIterable<Uint8Array>;
  /** Pages that became pictures though a drawing was asked for, and why. */
  pictures: readonly { number: number; reason: string }[];
}

/**
 * Everything that parses bytes we do not trust, in isolation: own process, no network, bounded time, memory and output.
 * A file that hangs, crashes or swells costs its own call and nothing else.
 *
 * Errors: `unsupported_media_type`, `password_required`, `password_wrong`, `file_corrupt`, `file_truncated`, `file_empty`,
 * `archive_bomb`, `too_many_pages`, `too_many_pixels`, `conversion_failed`, `conversion_timeout`, `conversion_crashed`
 * (poison), `conversion_unavailable` (no Office engine here), `overloaded` (queue full, transient), `storage_full`.
 */
export interface Converter {
  /** Type, encryption and limits, from the bytes; runs no external program. */
  inspect(params: { source: ByteSource; limits: Limits; signal?: AbortSignal }): Promise<Inspection>;
  /** Any supported file to a PDF without active content. A PDF is opened with its password and written without it. */
  toPdf(params: {
    source: ByteSource;
    mediaType: string;
    password?: string | null;
    limits: Limits;
    signal?: AbortSignal;
  }): Promise<{
    pdf: AsyncIterable<Uint8Array>;
    pages: PageSize[];
    /** Rows of text a spreadsheet or CSV held, where they can be counted; for completeness accounting. */
    rows: number | null;
    warnings: readonly string[];
  }>;
  /** Pages `from` to `to` (1-based, inclusive). A page that cannot be rendered yields its error; the others go on. */
  renderPages(params: {
    pdf: ByteSource;
    from: number;
    to: number;
    dpi: number;
    /** Also a text layer that may not stand for the page (unseen, scrambled): for checks of what a file holds. */
    anyTextLayer?: boolean;
    /** Read the barcodes and matrix codes of the picture, too. */
    codes?: boolean;
    limits: Limits;
    signal?: AbortSignal;
  }): AsyncIterable<RenderedPage | { number: number; error: { code: string; message: string } }>;
  /**
   * A new PDF of the pages, redacted; nothing of the original's structure is kept. `forbidden` are values that no byte of a
   * drawing may hold, in any way a PDF can write them.
   */
  redactPdf(params: {
    pdf: ByteSource;
    pages: AsyncIterable<RedactedPage>;
    forbidden: readonly string[];
    limits: Limits;
    signal?: AbortSignal;
  }): Promise<RedactedPdf>;
  /** Whether Office files can be converted on this machine. */
  office(): Promise<{ available: boolean; version: string | null; lastSuccessAt: number | null }>;
}
