import type { Box, Word } from '../../../../domain/page.ts';
import type { TextLayer } from '../doc-protocol.ts';
import type { Bitmap } from './pdf-bitmap.ts';
import { pageObjects } from './pdf-objects.ts';
import { type OpenPdf, withMemory } from './pdfium.ts';
import { isSuspect, trustsLayer } from './text-trust.ts';

const INVISIBLE = 3;
const MAX_CHARS = 200_000;
/** Pixels up to which a side of a glyph's box is none. */
const INKLESS = 0.1;

/** A point of the page to a pixel of its image. */
type ToPixel = (x: number, y: number) => readonly [number, number];

/** The engine maps to whole device units: on a large virtual device three points give the exact map. */
function pixelMap(pdf: OpenPdf, page: number, bitmap: Bitmap): ToPixel {
  const virtual = 1_000_000;
  return withMemory(pdf.engine, 8, (pointer) => {
    const device = (x: number, y: number): readonly [number, number] => {
      pdf.engine.FPDF_PageToDevice(page, 0, 0, virtual, virtual, 0, x, y, pointer, pointer + 4);
      const { pdfium } = pdf.engine;
      return [
        (pdfium.getValue(pointer, 'i32') * bitmap.width) / virtual,
        (pdfium.getValue(pointer + 4, 'i32') * bitmap.height) / virtual,
      ];
    };
    const [ox, oy] = device(0, 0);
    const [ax, ay] = device(1000, 0);
    const [bx, by] = device(0, 1000);
    return (x, y) => [
      ox + ((ax - ox) * x) / 1000 + ((bx - ox) * y) / 1000,
      oy + ((ay - oy) * x) / 1000 + ((by - oy) * y) / 1000,
    ];
  });
}

interface Glyph {
  text: string;
  box: Box;
}

const gap = (a0: number, a1: number, b0: number, b1: number): number =>
  Math.max(0, Math.max(a0, b0) - Math.min(a1, b1));

/** Whether two glyphs in sequence are too far apart, in either direction, to be of one word. */
function apart(a: Box, b: Box): boolean {
  const size = Math.max(a[2] - a[0], a[3] - a[1], b[2] - b[0], b[3] - b[1], 1);
  return gap(a[0], a[2], b[0], b[2]) > 1.2 * size || gap(a[1], a[3], b[1], b[3]) > 1.2 * size;
}

function toWord(glyphs: readonly Glyph[]): Word {
  const box: Box = [...(glyphs[0] as Glyph).box];
  for (const glyph of glyphs) {
    box[0] = Math.min(box[0], glyph.box[0]);
    box[1] = Math.min(box[1], glyph.box[1]);
    box[2] = Math.max(box[2], glyph.box[2]);
    box[3] = Math.max(box[3], glyph.box[3]);
  }
  return {
    text: glyphs
      .map((glyph) => glyph.text)
      .join('')
      .toWellFormed(),
    confidence: 1,
    box,
  };
}

/**
 * Words with boxes from the page's own text, in the order of the file; null where there is none or it cannot be trusted
 * (see `trustsLayer`; `any` asks for it all the same). The engine inserts the spaces and line ends that the gaps between glyphs mean.
 */
export function readTextLayer(pdf: OpenPdf, page: number, bitmap: Bitmap, any = false): TextLayer | null {
  const { engine } = pdf;
  const text = engine.FPDFText_LoadPage(page);
  if (text === 0) return null;
  try {
    const count = Math.min(engine.FPDFText_CountChars(text), MAX_CHARS);
    const toPixel = pixelMap(pdf, page, bitmap);
    const boxOf = (x0: number, y0: number, x1: number, y1: number): Box => {
      const [ax, ay] = toPixel(x0, y0);
      const [bx, by] = toPixel(x1, y1);
      return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
    };
    const words: Word[] = [];
    const lines: [number, number][] = [];
    let glyphs: Glyph[] = [];
    let lineStart = 0;
    const stats = { chars: 0, suspect: 0, invisible: 0, misplaced: 0 };
    const endWord = (): void => {
      if (glyphs.length > 0) words.push(toWord(glyphs));
      glyphs = [];
    };
    const endLine = (): void => {
      endWord();
      if (words.length > lineStart) lines.push([lineStart, words.length]);
      lineStart = words.length;
    };
    withMemory(engine, 32, (pointer) => {
      const coordinate = (index: number): number => engine.pdfium.getValue(pointer + index * 8, 'double');
      for (let i = 0; i < count; i++) {
        const code = engine.FPDFText_GetUnicode(text, i);
        if (code === 10 || code === 13) endLine();
        if (code <= 32 && code !== 2) {
          endWord();
          continue;
        }
        // The engine's sign for a hyphen at a line's end is U+0002 or U+FFFE.
        const char = code === 2 || code === 0xfffe ? '-' : String.fromCodePoint(Math.min(code, 0x10ffff));
        if (/\s/u.test(char)) {
          endWord();
          continue;
        }
        if (!engine.FPDFText_GetCharBox(text, i, pointer, pointer + 8, pointer + 16, pointer + 24)) continue;
        // Left, right, bottom, top.
        let box = boxOf(coordinate(0), coordinate(2), coordinate(1), coordinate(3));
        const inkless = !(box[2] - box[0] > INKLESS && box[3] - box[1] > INKLESS);
        // Beyond the page's edge nobody sees it: it is not part of the page as read.
        if (box[2] < 0 || box[3] < 0 || box[0] > bitmap.width || box[1] > bitmap.height) continue;
        stats.chars++;
        if (isSuspect(code) || engine.FPDFText_HasUnicodeMapError(text, i) === 1) stats.suspect++;
        if (!(box[2] > box[0] && box[3] > box[1])) stats.misplaced++;
        // Left, top, right, bottom. A glyph without ink, of text laid unseen over a picture, has its place from the font.
        if (inkless && engine.FPDFText_GetLooseCharBox(text, i, pointer)) {
          const [left, top, right, bottom] = [0, 4, 8, 12].map((at) => engine.pdfium.getValue(pointer + at, 'float'));
          box = boxOf(left ?? 0, bottom ?? 0, right ?? 0, top ?? 0);
        }
        const object = engine.FPDFText_GetTextObject(text, i);
        if (object !== 0 && engine.FPDFTextObj_GetTextRenderMode(object) === INVISIBLE) stats.invisible++;
        const clipped: Box = [
          Math.max(0, box[0]),
          Math.max(0, box[1]),
          Math.min(bitmap.width, box[2]),
          Math.min(bitmap.height, box[3]),
        ];
        const last = glyphs.at(-1);
        if (last !== undefined && apart(last.box, clipped)) endWord();
        glyphs.push({ text: char, box: clipped });
      }
    });
    endLine();
    const objects = pageObjects(pdf, page);
    return any || trustsLayer({ ...stats, ...objects }, words) ? { words, lines } : null;
  } finally {
    engine.FPDFText_ClosePage(text);
  }
}
