import type { Box } from '../../../../../domain/page.ts';
import { type OpenPdf, withMemory } from '../pdfium.ts';
import { hiddenPixels } from './plain-pictures.ts';
import { quadsAround, quadsOf, redactQuads } from './quads.ts';

const TEXT = 1;
/** Render modes that paint nothing: invisible, and clip only (PDF 32000-1, table 106). */
const UNSEEN_MODES = new Set([3, 7]);
const MAX_OBJECTS = 20_000;
const MAX_MARK_NAME = 256;

/**
 * Takes out of a loaded page what the boxes cover, what lies beyond its edges, unseen text and all marks (which carry
 * replacement text), and has its content written anew from the objects that are left, so that nothing unpainted stays in
 * it. Null when that was done; else why the page has to become a picture.
 */
export function redrawPage(pdf: OpenPdf, page: number, boxes: readonly Box[], dpi: number): string | null {
  const { engine } = pdf;
  const count = engine.FPDFPage_CountObjects(page);
  if (count > MAX_OBJECTS) return 'it is drawn with too many objects';
  for (let index = count - 1; index >= 0; index--) {
    const object = engine.FPDFPage_GetObject(page, index);
    if (object === 0) return 'an object of it cannot be read';
    if (engine.FPDFPageObj_GetType(object) === TEXT && UNSEEN_MODES.has(engine.FPDFTextObj_GetTextRenderMode(object))) {
      if (!engine.FPDFPage_RemoveObject(page, object)) return 'unseen text cannot be taken out';
      engine.FPDFPageObj_Destroy(object);
      continue;
    }
    if (!unmark(pdf, object)) return 'it has optional layers';
    touch(pdf, object);
  }
  const hidden = hiddenPixels(pdf, page);
  if (hidden !== null) return hidden;
  redactQuads(pdf, page, quadsOf(pdf, page, boxes, dpi), true);
  redactQuads(pdf, page, quadsAround(pdf, page), false);
  return engine.FPDFPage_GenerateContent(page) ? null : 'its content cannot be written anew';
}

/** Removes the object's content marks; false when one of them says that the object is shown only on demand. */
function unmark(pdf: OpenPdf, object: number): boolean {
  const { engine } = pdf;
  for (let index = engine.FPDFPageObj_CountMarks(object) - 1; index >= 0; index--) {
    const mark = engine.FPDFPageObj_GetMark(object, index);
    const name = withMemory(engine, MAX_MARK_NAME + 4, (pointer) => {
      if (!engine.FPDFPageObjMark_GetName(mark, pointer + 4, MAX_MARK_NAME, pointer)) return null;
      return engine.pdfium.UTF16ToString(pointer + 4);
    });
    if (name === 'OC' || name === null) return false;
    if (!engine.FPDFPageObj_RemoveMark(object, mark)) return false;
  }
  return true;
}

/** Gives the object the matrix it has: the engine writes anew only content of which an object was changed. */
function touch(pdf: OpenPdf, object: number): void {
  const { engine } = pdf;
  withMemory(engine, 24, (pointer) => {
    if (engine.FPDFPageObj_GetMatrix(object, pointer)) engine.FPDFPageObj_SetMatrix(object, pointer);
  });
}
