import { readFile, writeFile } from 'node:fs/promises';
import { RectoError } from '../../../../domain/errors.ts';
import type { PageSize } from '../../../../ports/converter.ts';
import type { DocOps } from '../doc-protocol.ts';
import { checkPageCount } from './pdf-inspect.ts';
import { scrubPdf } from './pdf-scrub.ts';
import { type OpenPdf, openPdf, savePdf, withMemory } from './pdfium.ts';

const NO_INCREMENTAL = 2;
const FLATTEN_FOR_DISPLAY = 0;
/** Points; what PDF allows (14,400) and then some: larger ones are built to exhaust a renderer. */
const MAX_SIDE = 200_000;

export function pageSizes(pdf: OpenPdf): PageSize[] {
  return withMemory(pdf.engine, 8, (pointer) =>
    Array.from({ length: pdf.pageCount }, (_, index) => {
      if (!pdf.engine.FPDF_GetPageSizeByIndexF(pdf.document, index, pointer)) return { width: 0, height: 0 };
      const size = {
        width: pdf.engine.pdfium.getValue(pointer, 'float'),
        height: pdf.engine.pdfium.getValue(pointer + 4, 'float'),
      };
      if (size.width > MAX_SIDE || size.height > MAX_SIDE)
        throw new RectoError(
          'too_many_pixels',
          `Page ${index + 1} measures ${size.width} x ${size.height} points, too large to be rendered.`,
          {
            details: { page: index + 1, ...size },
          },
        );
      return size;
    }),
  );
}

/** Draws annotations and form fields into the page, so that what people see stays when the annotations go. */
function flattenPages(pdf: OpenPdf): void {
  const { engine, document } = pdf;
  for (let index = 0; index < pdf.pageCount; index++) {
    const page = engine.FPDF_LoadPage(document, index);
    if (page === 0) continue;
    if (engine.FPDFPage_GetAnnotCount(page) > 0) {
      engine.FPDFPage_Flatten(page, FLATTEN_FOR_DISPLAY);
      for (let left = engine.FPDFPage_GetAnnotCount(page); left > 0; left--)
        engine.FPDFPage_RemoveAnnot(page, left - 1);
    }
    engine.FPDF_ClosePage(page);
  }
}

async function scrubFile(file: string): Promise<void> {
  const bytes = await readFile(file);
  if (scrubPdf(bytes) > 0) await writeFile(file, bytes);
}

/**
 * A PDF made anew: pages only, in a fresh document, without encryption, annotations, scripts, attachments, forms or
 * document metadata.
 */
export async function rewritePdf(params: DocOps['rewritePdf']['params']): Promise<DocOps['rewritePdf']['result']> {
  const pdf = await openPdf(params.file, params.password);
  const { engine } = pdf;
  const fresh = engine.FPDF_CreateNewDocument();
  try {
    checkPageCount(pdf.pageCount, params.limits.maxPages);
    const pages = pageSizes(pdf);
    flattenPages(pdf);
    if (
      !engine.FPDF_ImportPagesByIndex(fresh, pdf.document, 0, 0, 0) ||
      engine.FPDF_GetPageCount(fresh) !== pdf.pageCount
    )
      throw new RectoError(
        'file_corrupt',
        'The PDF is damaged: its pages cannot be taken out of it. Save or print it to a new PDF and send that.',
      );
    savePdf(engine, fresh, params.out, NO_INCREMENTAL);
    await scrubFile(params.out);
    return { pages, flags: [] };
  } finally {
    engine.FPDF_CloseDocument(fresh);
    pdf.close();
  }
}

/** Takes actions out of a PDF that Office wrote, and measures its pages. */
export async function finishPdf({
  file,
  limits,
}: DocOps['finishPdf']['params']): Promise<DocOps['finishPdf']['result']> {
  await scrubFile(file);
  const pdf = await openPdf(file, null);
  try {
    checkPageCount(pdf.pageCount, limits.maxPages);
    return { pages: pageSizes(pdf) };
  } finally {
    pdf.close();
  }
}
