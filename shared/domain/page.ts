import { z } from 'zod';

/** `[x0, y0, x1, y1]` in pixels of the page image, origin top left. */
export const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.infer<typeof boxSchema>;

export const wordSchema = z.object({ text: z.string(), confidence: z.number().min(0).max(1), box: boxSchema });
export type Word = z.infer<typeof wordSchema>;

export const lineSchema = z.object({
  text: z.string(),
  confidence: z.number().min(0).max(1),
  box: boxSchema,
  /** Half-open range into the page's `words`. */
  words: z.tuple([z.number().int(), z.number().int()]),
});
export type Line = z.infer<typeof lineSchema>;

export const blockSchema = z.object({
  kind: z.enum([
    'text',
    'title',
    'header',
    'footer',
    'table',
    'figure',
    'list',
    'equation',
    'code',
    'signature',
    'watermark',
    'pageNumber',
  ]),
  box: boxSchema,
  /** Half-open range into the page's `lines`. */
  lines: z.tuple([z.number().int(), z.number().int()]),
  /** What the block shows and no line says: LaTeX of an equation, description of a figure, source of a diagram. */
  content: z.string().nullable().default(null),
});
export type Block = z.infer<typeof blockSchema>;

export const tableCellSchema = z.object({
  row: z.number().int(),
  column: z.number().int(),
  rowSpan: z.number().int().default(1),
  columnSpan: z.number().int().default(1),
  text: z.string(),
  box: boxSchema,
});
export const tableSchema = z.object({
  box: boxSchema,
  rows: z.number().int(),
  columns: z.number().int(),
  /** Index of the header row, if there is one. */
  header: z.number().int().nullable(),
  /** Whether lines on the paper bound the cells; else they were found by their alignment. */
  ruled: z.boolean().default(false),
  cells: z.array(tableCellSchema),
});
export type TableCell = z.infer<typeof tableCellSchema>;
export type Table = z.infer<typeof tableSchema>;

export const checkboxSchema = z.object({ state: z.enum(['unchecked', 'checked', 'crossed']), box: boxSchema });
export type Checkbox = z.infer<typeof checkboxSchema>;

/** A barcode or matrix code and what it says when it is scanned; `format` as the reader names it: `QRCode`, `Code128`, … */
export const codeSchema = z.object({ format: z.string(), text: z.string(), box: boxSchema });
export type Code = z.infer<typeof codeSchema>;

/** As printed on the page: `9/22` is `{ text: '9/22', number: 9, total: 22 }`; a Roman one has its value as number. */
export const pageNumberSchema = z.object({
  text: z.string(),
  number: z.number().int().nullable(),
  total: z.number().int().nullable(),
});
export type PageNumber = z.infer<typeof pageNumberSchema>;

/** One page as read: `words` in reading order; `source` says whether a text layer or OCR gave them. */
export const pageSchema = z.object({
  number: z.number().int().min(1),
  /** Pixels of the page image. */
  width: z.number(),
  height: z.number(),
  /** Pixels per inch of the page image. */
  dpi: z.number(),
  source: z.enum(['textLayer', 'ocr', 'none']),
  words: z.array(wordSchema),
  lines: z.array(lineSchema),
  blocks: z.array(blockSchema),
  tables: z.array(tableSchema),
  checkboxes: z.array(checkboxSchema).default([]),
  pageNumber: pageNumberSchema.nullable().default(null),
  /** Absent where none was seen. */
  codes: z.array(codeSchema).exactOptional(),
  /**
   * `none`: the engine said what is written, not where (language models); every box is then the whole page, and nothing
   * that needs places (drawing boxes over values) may go by it.
   */
  geometry: z.enum(['measured', 'none']).default('measured'),
  /**
   * What is known to be missing or wrong; absent when nothing is. `truncated`: the engine stopped at its limit.
   * `repetition`: it fell into a loop, which was cut. `garbage`: it gave no text at all, only noise.
   */
  incomplete: z.array(z.enum(['truncated', 'repetition', 'garbage'])).optional(),
});
export type Page = z.infer<typeof pageSchema>;

/** Every page that went in is in exactly one of `ocr`, `textLayer`, `failed`. */
export const pageAccountSchema = z.object({
  total: z.number().int(),
  ocr: z.number().int(),
  textLayer: z.number().int(),
  failed: z.number().int(),
});
export type PageAccount = z.infer<typeof pageAccountSchema>;

/** Another engine read than the one that was asked for; `because` is the code of the error that kept that one from it. */
export const degradationSchema = z.object({ asked: z.string(), because: z.string() });
export type Degradation = z.infer<typeof degradationSchema>;

/** The `ocr.json` artifact. */
export const ocrResultSchema = z.object({
  engine: z.string(),
  model: z.string().nullable(),
  pages: z.array(pageSchema),
  account: pageAccountSchema,
  /** 1-based numbers of the pages that could not be read, with the code of the reason. */
  failedPages: z.array(z.object({ number: z.number().int(), code: z.string() })),
  /** Absent unless another engine than the one asked for read any of `pages`. */
  degraded: degradationSchema.extend({ pages: z.array(z.number().int()) }).exactOptional(),
});
export type OcrResult = z.infer<typeof ocrResultSchema>;

/** A page's text: its lines, a blank line between blocks. */
export function pageText(page: Pick<Page, 'lines' | 'blocks'>): string {
  if (page.blocks.length === 0) return page.lines.map((line) => line.text).join('\n');
  return page.blocks
    .filter((block) => block.lines[1] > block.lines[0])
    .map((block) =>
      page.lines
        .slice(block.lines[0], block.lines[1])
        .map((line) => line.text)
        .join('\n'),
    )
    .join('\n\n');
}

/** Pages are joined by a form feed, as text extractors do. */
export const PAGE_SEPARATOR = '\f';

/** What a page has when nothing but its words and lines is known. */
export const PLAIN_PAGE = { checkboxes: [], pageNumber: null, geometry: 'measured' } satisfies Partial<Page>;

/** Texts as the words of a page of one line, which nobody has measured: every box is the whole page. */
export function pageOfTexts(texts: readonly string[]): Page {
  const box: Box = [0, 0, 1, 1];
  return {
    ...PLAIN_PAGE,
    ...{ number: 1, width: 1, height: 1, dpi: 72, source: 'textLayer' },
    words: texts.map((text) => ({ text, confidence: 1, box })),
    lines: [{ text: texts.join(' '), confidence: 1, box, words: [0, texts.length] }],
    blocks: [],
    tables: [],
  };
}
