import type { Box, Word } from '../../../../../domain/page.ts';
import { canonical } from '../../../../../domain/redaction/normalize.ts';
import type { ValueSet } from '../../../../../domain/redaction/value-set.ts';
import type { Bitmap } from '../pdf-bitmap.ts';
import { readTextLayer } from '../pdf-text.ts';
import { type OpenPdf, withMemory } from '../pdfium.ts';

const UNSEEN_MODES = new Set([3, 7]);
/** Points beyond the edge that a glyph's box may reach without being outside. */
const TOLERANCE = 1;

/**
 * What a redrawn page says that it must not: text beyond its edges or unseen, a word that is none of those that may stay, a
 * value that had to go. Null when there is nothing. `words` have their boxes in pixels at `dpi`.
 */
export function unexpectedText(
  pdf: OpenPdf,
  page: number,
  bitmap: Bitmap,
  may: { words: readonly Word[]; dpi: number; values: ValueSet },
): string | null {
  if (hidesText(pdf, page)) return 'it holds text that nobody sees';
  const words = readTextLayer(pdf, page, bitmap, true)?.words ?? [];
  const allowed = new AllowedWords(may.words, bitmap.dpi / may.dpi);
  if (words.some((word) => !allowed.has(word))) return 'it holds text that was not among what may stay';
  return may.values.find(words.map((word) => word.text).join(' ')).length > 0 ? 'a value was left in its text' : null;
}

function hidesText(pdf: OpenPdf, page: number): boolean {
  const { engine } = pdf;
  const text = engine.FPDFText_LoadPage(page);
  if (text === 0) return false;
  try {
    return withMemory(engine, 32, (pointer) => {
      engine.FPDF_GetPageBoundingBox(page, pointer);
      const [left, top, right, bottom] = [0, 4, 8, 12].map((at) => engine.pdfium.getValue(pointer + at, 'float')) as [
        number,
        number,
        number,
        number,
      ];
      const count = engine.FPDFText_CountChars(text);
      for (let i = 0; i < count; i++) {
        if (engine.FPDFText_GetUnicode(text, i) <= 32) continue;
        const object = engine.FPDFText_GetTextObject(text, i);
        if (object !== 0 && UNSEEN_MODES.has(engine.FPDFTextObj_GetTextRenderMode(object))) return true;
        if (!engine.FPDFText_GetCharBox(text, i, pointer, pointer + 8, pointer + 16, pointer + 24)) return true;
        const [x0, x1, y0, y1] = [0, 8, 16, 24].map((at) => engine.pdfium.getValue(pointer + at, 'double')) as [
          number,
          number,
          number,
          number,
        ];
        if (x1 < left - TOLERANCE || x0 > right + TOLERANCE || y1 < bottom - TOLERANCE || y0 > top + TOLERANCE)
          return true;
      }
      return false;
    });
  } finally {
    engine.FPDFText_ClosePage(text);
  }
}

/** Words that may stand on a page, found by what they say and where. */
class AllowedWords {
  readonly #byText = new Map<string, Box[]>();
  readonly #all: { key: string; box: Box }[];

  constructor(words: readonly Word[], scale: number) {
    this.#all = words.map(({ text, box }) => ({
      key: canonical(text),
      box: [box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale],
    }));
    for (const { key, box } of this.#all) {
      const boxes = this.#byText.get(key);
      if (boxes === undefined) this.#byText.set(key, [box]);
      else boxes.push(box);
    }
  }

  /** Taking text out may split or join what was one word: a part of an allowed word in its place is allowed too. */
  has(word: Word): boolean {
    const key = canonical(word.text);
    if (key === '' || this.#byText.get(key)?.some((box) => touches(box, word.box)) === true) return true;
    const under = this.#all.filter(({ box }) => touches(box, word.box));
    return (
      under.some((one) => one.key.includes(key)) ||
      under
        .map((one) => one.key)
        .join('')
        .includes(key)
    );
  }
}

const touches = (a: Box, b: Box): boolean => a[0] < b[2] + 1 && b[0] < a[2] + 1 && a[1] < b[3] + 1 && b[1] < a[3] + 1;
