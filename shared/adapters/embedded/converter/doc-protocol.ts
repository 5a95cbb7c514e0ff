import type { ErrorCode } from '../../../domain/errors.ts';
import type { Box, Code, Word } from '../../../domain/page.ts';
import type { Sniffed, SniffLimits } from '../../../domain/sniff/byte-reader.ts';
import type { PageSize } from '../../../ports/converter.ts';

/** A page image ready to be put into a PDF: the encoded stream in a file, and how a PDF names its encoding. */
export interface PageImage {
  file: string;
  filter: 'DCTDecode' | 'FlateDecode';
  gray: boolean;
  width: number;
  height: number;
  /** Points. */
  page: PageSize;
}

/** How Office is to read a prepared text file. */
export interface Prepared {
  file: string;
  importFilter: string;
  filterOptions: string | null;
  rows: number | null;
  warnings: string[];
}

export interface TextLayer {
  words: Word[];
  lines: [number, number][];
}

/** A page to be redacted as a drawing. Boxes, and the words that may stay, in pixels at `dpi`. */
export interface DrawnPage {
  page: number;
  dpi: number;
  boxes: Box[];
  words: Word[];
}

/** What a document worker does, by name. Files are named by path; bulky bytes never travel in a message. */
export interface DocOps {
  sniff: { params: { size: number; limits: SniffLimits }; result: Sniffed };
  inspectPdf: {
    params: { file: string; limits: SniffLimits };
    result: { encrypted: boolean; pages: number | null; flags: string[] };
  };
  rewritePdf: {
    params: { file: string; password: string | null; limits: SniffLimits; out: string };
    result: { pages: PageSize[]; flags: string[] };
  };
  /** Of a PDF that our own Office engine wrote: takes out actions in place. */
  finishPdf: { params: { file: string; limits: SniffLimits }; result: { pages: PageSize[] } };
  imageToPdf: {
    params: { file: string; mediaType: string; limits: SniffLimits; dir: string; out: string };
    result: { pages: PageSize[]; warnings: string[] };
  };
  prepareText: { params: { file: string; mediaType: string; dir: string }; result: Prepared };
  renderPage: {
    params: {
      file: string;
      page: number;
      dpi: number;
      maxPixels: number;
      anyTextLayer: boolean;
      codes: boolean;
      out: string;
    };
    result: {
      width: number;
      height: number;
      dpi: number;
      textLayer: TextLayer | null;
      pictured: boolean;
      codes: Code[];
    };
  };
  burnPage: {
    params: { file: string; page: number; dpi: number; maxPixels: number; boxes: Box[]; out: string };
    result: PageImage & { dpi: number };
  };
  /**
   * Pages redacted as drawings, into a PDF of those for which that can be shown to be clean, in their order; the others
   * are named with the reason.
   */
  redrawPages: {
    params: {
      file: string;
      pages: DrawnPage[];
      /** Canonical or not; what must be in no byte of the result. */
      forbidden: string[];
      maxPixels: number;
      out: string;
    };
    result: { pictures: { page: number; reason: string }[] };
  };
  /** One PDF of pages (from 0) of several, in the order given. */
  joinPdfs: { params: { parts: { file: string; from: number; count: number }[]; out: string }; result: null };
  /** Expands every entry to nowhere, to see that none is larger than it says, and that no XML declares entities. */
  checkArchive: { params: { file: string; limits: SniffLimits }; result: null };
  /** An encrypted Office package to the document inside. */
  openOoxml: {
    params: { file: string; password: string | null; limits: SniffLimits; out: string };
    result: { mediaType: string };
  };
}
export type DocOp = keyof DocOps;

export type ToWorker =
  | { [K in DocOp]: { kind: 'call'; id: number; op: K; params: DocOps[K]['params'] } }[DocOp]
  | { kind: 'bytes'; read: number; bytes: Uint8Array | null };

export interface WorkerError {
  code: ErrorCode;
  message: string;
  details?: Readonly<Record<string, unknown>>;
}

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'done'; id: number; result: DocOps[DocOp]['result'] }
  | { kind: 'failed'; id: number; error: WorkerError }
  | { kind: 'read'; id: number; read: number; start: number; end: number };
