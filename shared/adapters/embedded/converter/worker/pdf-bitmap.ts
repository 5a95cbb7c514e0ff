import { RectoError } from '../../../../domain/errors.ts';
import type { PageSize } from '../../../../ports/converter.ts';
import { heap, type OpenPdf } from './pdfium.ts';

const BGRX = 3;
const ANNOTATIONS = 0x01;
const RED_FIRST = 0x10;
const MAX_SIDE = 30_000;
/** Below this nobody can read anything. */
const MIN_DPI = 20;

export interface Bitmap {
  /** The fourth byte of each pixel means nothing. A copy: it outlives the engine's memory. */
  rgba: Uint8Array;
  width: number;
  height: number;
  dpi: number;
  page: PageSize;
}

/** The resolution at which a page fits the pixel limit: the asked one, or less. */
export function fittingDpi(size: PageSize, dpi: number, maxPixels: number): number {
  const pixels = (size.width / 72) * (size.height / 72);
  const fit = Math.min(
    dpi,
    Math.sqrt(maxPixels / Math.max(pixels, 1e-9)),
    (MAX_SIDE * 72) / Math.max(size.width, size.height, 1),
  );
  if (fit >= Math.min(MIN_DPI, dpi)) return fit;
  throw new RectoError(
    'too_many_pixels',
    `The page measures ${Math.round(size.width)} x ${Math.round(size.height)} points; at most ${maxPixels} pixels are rendered, too few to read it.`,
    { details: { ...size, maxPixels } },
  );
}

/** Renders a loaded page on white. Errors: `too_many_pixels`, `file_corrupt`. */
export function renderBitmap(pdf: OpenPdf, page: number, dpi: number, maxPixels: number): Bitmap {
  const { engine } = pdf;
  const size = { width: engine.FPDF_GetPageWidthF(page), height: engine.FPDF_GetPageHeightF(page) };
  if (!(size.width > 0 && size.height > 0)) throw new RectoError('file_corrupt', 'The page has no size.');
  const used = fittingDpi(size, dpi, maxPixels);
  const width = Math.max(1, Math.round((size.width * used) / 72));
  const height = Math.max(1, Math.round((size.height * used) / 72));
  const bitmap = engine.FPDFBitmap_CreateEx(width, height, BGRX, 0, 0);
  if (bitmap === 0)
    throw new RectoError('too_many_pixels', `The page needs ${width} x ${height} pixels, more than memory holds.`);
  try {
    engine.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    engine.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, ANNOTATIONS | RED_FIRST);
    const stride = engine.FPDFBitmap_GetStride(bitmap);
    const buffer = engine.FPDFBitmap_GetBuffer(bitmap);
    const rgba = new Uint8Array(width * height * 4);
    const memory = heap(engine);
    for (let y = 0; y < height; y++)
      rgba.set(memory.subarray(buffer + y * stride, buffer + y * stride + width * 4), y * width * 4);
    return { rgba, width, height, dpi: used, page: size };
  } finally {
    engine.FPDFBitmap_Destroy(bitmap);
  }
}

/** Loads page `number` (1-based) for the time of `use`. */
export function withPage<T>(pdf: OpenPdf, number: number, use: (page: number) => T): T {
  const page = number >= 1 && number <= pdf.pageCount ? pdf.engine.FPDF_LoadPage(pdf.document, number - 1) : 0;
  if (page === 0) throw new RectoError('file_corrupt', `Page ${number} is damaged and cannot be loaded.`);
  try {
    return use(page);
  } finally {
    pdf.engine.FPDF_ClosePage(page);
  }
}
