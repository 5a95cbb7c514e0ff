import { type ErrorCode, RectoError } from '../../domain/errors.ts';
import type { Box, Page, Word } from '../../domain/page.ts';
import type { ScopedPolicy } from '../../domain/policy.ts';
import { buildPageText, type PageText } from '../../domain/redaction/page-text.ts';
import type { DocumentRedactor } from '../../domain/redaction/redact-document.ts';
import { centred } from '../../domain/redaction/redact-page.ts';
import type { ValueSet } from '../../domain/redaction/value-set.ts';
import { codeGoes } from '../../domain/redaction/visual.ts';
import { isWritten } from '../../domain/redaction/written.ts';
import type { StepContext } from '../../engine/step.ts';
import type { ByteSource, Limits, RenderedPage } from '../../ports/converter.ts';

/** Resolution at which the redacted PDF is read back: enough for the print of documents, as text and as picture. */
const CHECK_DPI = 150;
/**
 * A word whose middle lies this far inside a box was left under it. Not its area: a word read back is as high as its font,
 * not as its print, and may reach into the box of the next line.
 */
const INSET = 0.1;

/** The reader died while it looked: that says nothing about the redaction yet. */
const CRASHES: readonly string[] = ['conversion_crashed', 'worker_crashed'] satisfies ErrorCode[];

/** What a page of the redacted PDF must not show. Boxes in pixels at `dpi`. */
export interface PageExpectation {
  boxes: readonly Box[];
  dpi: number;
  /** Whether its picture is read as well: what a text layer does not say, a letterhead may. */
  look: boolean;
}

/** By page: where a value was still seen. Boxes in pixels at the dpi of the page's expectation. */
export type Survivors = ReadonlyMap<number, readonly Box[]>;

const failed = (where: string, why: string): RectoError =>
  new RectoError(
    'redaction_unverified',
    `The redacted ${where} ${why}; nothing redacted was kept. The original is untouched: report the document's id.`,
    { details: { where } },
  );

const crashed = (page: number, code: string): RectoError =>
  new RectoError(
    'conversion_crashed',
    `The process that read page ${page} of the redacted PDF back died (${code}); it is made and checked again.`,
    { class: 'transient', details: { page } },
  );

const scaled = (box: Box, by: number): Box => [box[0] * by, box[1] * by, box[2] * by, box[3] * by];

/** No known value stands in the text. */
export function verifyText(where: string, text: string, values: ValueSet): void {
  if (values.find(text).length > 0) throw failed(where, 'still holds a value that had to go');
}

/** No known value stands in any string of the structure. */
export function verifyStructure(where: string, node: unknown, values: ValueSet): void {
  if (typeof node === 'string') verifyText(where, node, values);
  else if (Array.isArray(node)) for (const item of node) verifyStructure(where, item, values);
  else if (typeof node === 'object' && node !== null)
    for (const [key, value] of Object.entries(node)) {
      verifyText(where, key, values);
      verifyStructure(where, value, values);
    }
}

/**
 * Reads the redacted PDF back, page by page: every page is there and readable, no word lies under a box, no known value is
 * in the text layer. Then the pictures of its pages are read, of those that have any: where they still show a value is the answer. Errors:
 * `redaction_unverified`, and those of the OCR service when it does not answer.
 */
export async function verifyPdf(
  ctx: Pick<StepContext, 'converter' | 'inference' | 'signal'>,
  params: {
    pdf: ByteSource;
    /** Pages that it must have. */
    total: number;
    /** One entry a page that was planned; one that was not planned was not redacted. */
    expected: readonly PageExpectation[];
    redactor: Pick<DocumentRedactor, 'values' | 'find'>;
    policy: Pick<ScopedPolicy, 'entities'>;
    limits: Limits;
    /** At which the pages are looked at. */
    dpi?: number;
    /** Is given each page as it was looked at. */
    keep?: (page: RenderedPage) => Promise<void>;
  },
): Promise<{ survivors: Survivors; looked: number }> {
  const { expected, redactor, policy, pdf, limits, total } = params;
  const { values } = redactor;
  const survivors = new Map<number, readonly Box[]>();
  const { pages: held } = await ctx.converter.inspect({ source: pdf, limits, signal: ctx.signal });
  if (held !== total || expected.length !== total)
    throw failed('PDF', `has ${held} pages, ${expected.length} of them redacted, instead of ${total}`);
  let seen = 0;
  let looked = 0;
  const pages = ctx.converter.renderPages({
    pdf,
    from: 1,
    to: total,
    dpi: params.dpi ?? CHECK_DPI,
    anyTextLayer: true,
    codes: true,
    limits,
    signal: ctx.signal,
  });
  for await (const page of pages) {
    seen++;
    if ('error' in page) {
      if (CRASHES.includes(page.error.code)) throw crashed(page.number, page.error.code);
      throw failed('PDF', `cannot be read back on page ${page.number} (${page.error.code})`);
    }
    const expectation = expected[page.number - 1];
    const words = page.textLayer?.words ?? [];
    const scale = page.dpi / (expectation?.dpi ?? page.dpi);
    const boxes = (expectation?.boxes ?? []).map((box) => scaled(box, scale));
    for (const word of words)
      if (boxes.some((box) => centred(word.box, box, INSET)))
        throw failed('PDF', `has text under a box on page ${page.number}`);
    verifyText('PDF', words.map((word) => word.text).join(' '), values);
    await params.keep?.(page);
    const codes = (page.codes ?? []).filter((code) => codeGoes({ policy, find: redactor.find }, code) !== null);
    const look = expectation?.look === true && page.pictured;
    if (!look && codes.length === 0) continue;
    looked++;
    const read = look ? await shownValues(ctx, page, redactor) : [];
    const shown = [...read, ...codes.map((code) => code.box)];
    if (shown.length > 0)
      survivors.set(
        page.number,
        shown.map((box) => scaled(box, 1 / scale)),
      );
  }
  if (seen !== total) throw failed('PDF', `shows ${seen} of ${total} pages`);
  return { survivors, looked };
}

/**
 * Where the picture of a page shows a known value, as the OCR service reads it, or personal data that stands only in the
 * picture: print that the text layer does not have was not looked through before. Pixels of the page.
 */
async function shownValues(
  ctx: Pick<StepContext, 'inference' | 'signal'>,
  { number, png, dpi, textLayer }: RenderedPage,
  { values, find }: Pick<DocumentRedactor, 'values' | 'find'>,
): Promise<Box[]> {
  const { pages } = await ctx.inference.ocr({
    pages: [{ number, image: png, mediaType: 'image/png', dpi }],
    signal: ctx.signal,
  });
  const written = textLayer?.words ?? [];
  return pages.flatMap((read) => {
    const pictured = new Set(read.words.filter((word) => !isWritten(word, written)));
    const placed = buildPageText(read);
    return [
      ...wordsOf(read, placed, values.find(placed.text)),
      // Searched with all that stands around it: torn out of their lines, words look like names.
      ...(pictured.size === 0 ? [] : wordsOf(read, placed, find(placed.text)).filter((word) => pictured.has(word))),
    ].map((word) => word.box);
  });
}

/** The words of a page that hits in its text touch. */
function wordsOf(page: Page, { words }: PageText, hits: readonly { start: number; end: number }[]): Word[] {
  return words
    .filter(({ start, end }) => hits.some((hit) => start < hit.end && hit.start < end))
    .flatMap(({ index }) => page.words.slice(index, index + 1));
}
