import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { PDFDocument } from '@cantoo/pdf-lib';
import { RectoError } from '../../../../../domain/errors.ts';
import type { Box } from '../../../../../domain/page.ts';
import { ValueSet } from '../../../../../domain/redaction/value-set.ts';
import type { DocOps } from '../../doc-protocol.ts';
import { type Bitmap, renderBitmap, withPage } from '../pdf-bitmap.ts';
import { openPdf, savePdf, withMemory } from '../pdfium.ts';
import { holdsValue } from './hidden-values.ts';
import { redrawPage } from './redraw-page.ts';
import { likeness } from './same-picture.ts';
import { stripPage } from './strip-page.ts';
import { unexpectedText } from './unexpected-text.ts';

type Params = DocOps['redrawPages']['params'];
/** Why a page has to become a picture, by page number. */
type Reasons = Map<number, string>;

const NO_INCREMENTAL = 2;
/** Enough to see that a letter is missing. */
const COMPARE_DPI = 72;
const LIKE_ENOUGH = 0.98;

/**
 * Redacts pages as drawings: what the boxes cover is taken out of each page's objects, its content is written anew, all that
 * is not drawn is stripped, and the result is looked at from outside: its bytes, its text and its picture. A page about
 * which anything is not as it should be is left out and named.
 */
export async function redrawPages(params: Params): Promise<DocOps['redrawPages']['result']> {
  const reasons: Reasons = new Map();
  const values = new ValueSet();
  for (const value of params.forbidden) values.add(value, 'FORBIDDEN');
  const [drawn, stripped] = [`${params.out}.drawn`, `${params.out}.stripped`];
  try {
    await redraw(params, drawn, reasons);
    await strip(params, drawn, stripped, values, reasons);
    await check(params, stripped, values, reasons);
    await keepGood(params, stripped, reasons);
  } finally {
    await Promise.all([drawn, stripped].map((file) => rm(file, { force: true })));
  }
  return { pictures: [...reasons].map(([page, reason]) => ({ page, reason })) };
}

async function redraw(params: Params, out: string, reasons: Reasons): Promise<void> {
  const pdf = await openPdf(params.file, null);
  const { engine } = pdf;
  const fresh = engine.FPDF_CreateNewDocument();
  try {
    for (const { page: number, boxes, dpi } of params.pages) {
      const reason = withPage(pdf, number, (page) => redrawPage(pdf, page, boxes, dpi));
      if (reason !== null) reasons.set(number, reason);
    }
    const indexes = params.pages.map(({ page }) => page - 1);
    const imported = withMemory(engine, indexes.length * 4, (pointer) => {
      indexes.forEach((index, at) => {
        engine.pdfium.setValue(pointer + at * 4, index, 'i32');
      });
      return engine.FPDF_ImportPagesByIndex(fresh, pdf.document, pointer, indexes.length, 0);
    });
    if (!imported) throw new RectoError('conversion_failed', 'The redacted pages cannot be taken into a new PDF.');
    savePdf(engine, fresh, out, NO_INCREMENTAL);
  } finally {
    engine.FPDF_CloseDocument(fresh);
    pdf.close();
  }
}

/** Positions in the intermediate files are those of `params.pages`, whatever becomes of a page. */
async function strip(params: Params, file: string, out: string, values: ValueSet, reasons: Reasons): Promise<void> {
  const pdf = await PDFDocument.load(await readFile(file), { updateMetadata: false });
  const held = new Map<unknown, boolean>();
  params.pages.forEach(({ page: number }, at) => {
    const page = pdf.getPage(at);
    const { objects, reason } = stripPage(pdf.context, page.node);
    if (reason !== null && !reasons.has(number)) reasons.set(number, reason);
    for (const object of objects) {
      let holds = held.get(object);
      if (holds === undefined) {
        holds = holdsValue(object, values);
        held.set(object, holds);
      }
      if (holds && !reasons.has(number)) reasons.set(number, 'a value was left in its bytes');
    }
  });
  await writePages(
    pdf,
    params.pages.map((_, at) => at),
    out,
  );
}

/** Only what the pages reach comes along: no catalog entries, no information, no object that nothing names. */
async function writePages(from: PDFDocument, indexes: number[], out: string): Promise<void> {
  const fresh = await PDFDocument.create({ updateMetadata: false });
  for (const page of await fresh.copyPages(from, indexes)) fresh.addPage(page);
  await writeFile(out, await fresh.save({ useObjectStreams: false, addDefaultPage: false }), { flag: 'wx' });
}

async function check(params: Params, file: string, values: ValueSet, reasons: Reasons): Promise<void> {
  const [before, after] = [await openPdf(params.file, null), await openPdf(file, null)];
  try {
    params.pages.forEach(({ page: number, boxes, words, dpi }, at) => {
      if (reasons.has(number)) return;
      const original = withPage(before, number, (page) => renderBitmap(before, page, COMPARE_DPI, params.maxPixels));
      const reason = withPage(after, at + 1, (page) => {
        const bitmap = renderBitmap(after, page, COMPARE_DPI, params.maxPixels);
        return (
          unexpectedText(after, page, bitmap, { words, dpi, values }) ?? changedPicture(original, bitmap, boxes, dpi)
        );
      });
      if (reason !== null) reasons.set(number, reason);
    });
  } finally {
    before.close();
    after.close();
  }
}

function changedPicture(original: Bitmap, redrawn: Bitmap, boxes: readonly Box[], dpi: number): string | null {
  const scale = original.dpi / dpi;
  const covered = boxes.map((box): Box => [box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale]);
  const like = likeness(original, redrawn, covered);
  return like >= LIKE_ENOUGH ? null : `it looks different when drawn anew (likeness ${like.toFixed(3)})`;
}

async function keepGood(params: Params, file: string, reasons: Reasons): Promise<void> {
  const good = params.pages.flatMap(({ page }, at) => (reasons.has(page) ? [] : [at]));
  if (good.length === params.pages.length) return rename(file, params.out);
  if (good.length > 0)
    await writePages(await PDFDocument.load(await readFile(file), { updateMetadata: false }), good, params.out);
}
