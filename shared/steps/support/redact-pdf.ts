import type { Artifact } from '../../domain/document.ts';
import { RectoError, toRectoError } from '../../domain/errors.ts';
import type { Box, Page } from '../../domain/page.ts';
import { coverage } from '../../domain/redaction/redact-page.ts';
import type { RedactionReport } from '../../domain/redaction/report.ts';
import { convertOutputSchema } from '../../domain/step-outputs.ts';
import type { StepContext, StepInput } from '../../engine/step.ts';
import type { RedactedPage, RedactedPdf } from '../../ports/converter.ts';
import { byteSource, writeArtifact } from './artifacts.ts';
import { stepLimits } from './limits.ts';
import { RedactedPictures } from './redacted-pictures.ts';
import { breathe, type View, type Work } from './redaction-work.ts';
import { type PageExpectation, type Survivors, verifyPdf } from './verify-redaction.ts';

/** Of one call of the converter for one page. */
const PAGE_TIMEOUT_MS = 120_000;
/** Covers any page at any resolution; the converter clips it. */
const WHOLE_PAGE = [0, 0, 1_000_000, 1_000_000] as const;
const UNREAD_PAGE_DPI = 72;
/** How often the PDF is made before a page that still shows a value goes black. */
const MAX_ROUNDS = 3;

export interface MadePdf {
  artifact: Artifact;
  /** Of a document that came as a picture. */
  images: readonly Artifact[];
  pages: RedactionReport['pages'];
  verification: NonNullable<RedactionReport['verification']>;
  /** Pages that went black though they were read: what they show is in none of the redacted pages. */
  blackened: number;
}

/** What was seen when the redacted pages were looked at. */
interface Seen {
  /** Places that were found only then, by page; such pages become pictures. */
  found: ReadonlyMap<number, readonly Box[]>;
  /** Pages that showed something else that has to go each time they were read, as handwriting does: they go black. */
  black: ReadonlySet<number>;
  /** Pages that are not as they were when they were looked at; null before the first look. */
  changed: ReadonlySet<number> | null;
}

/** Pages as they are wanted, one at a time: a document of thousands is never planned whole. */
async function* pagePlans(
  ctx: StepContext,
  work: Work,
  numbers: Iterable<number>,
  seen: Seen,
  expected: PageExpectation[],
): AsyncGenerator<RedactedPage> {
  for (const number of numbers) {
    const page = seen.black.has(number) ? undefined : placed(work.pages.get(number));
    const plan: RedactedPage =
      page === undefined
        ? { number, boxes: [[...WHOLE_PAGE]], dpi: UNREAD_PAGE_DPI, words: [], as: 'picture' }
        : planPage(work.views.pdf, page, seen.found.get(number));
    // Text in the pictures of a page that has a text layer has not been read yet; what was read as a picture is all known.
    const unknown = page?.source === 'textLayer' || (page !== undefined && plan.boxes.length > 0);
    const look = unknown && seen.changed?.has(number) !== false;
    expected.push({ boxes: plan.boxes, dpi: plan.dpi, look });
    yield plan;
    await breathe(ctx, number);
  }
}

/** Of a page without places nobody knows where its values stand: it goes black as if it had not been read. */
const placed = (page: Page | undefined): Page | undefined => (page?.geometry === 'none' ? undefined : page);

/** A page whose text layer was read stays a drawing; of any other nobody knows what its drawing says. */
function planPage({ policy, redactor }: View, page: Page, found: readonly Box[] | undefined): RedactedPage {
  const { boxes, words } = redactor.redactPage(page);
  const as = policy.pages === 'auto' && page.source === 'textLayer' && found === undefined ? 'drawing' : 'picture';
  return {
    number: page.number,
    dpi: page.dpi,
    boxes: [...boxes, ...(found ?? [])],
    words: words.filter((word) => !(found ?? []).some((box) => coverage(word.box, box) > 0)),
    as,
  };
}

/**
 * The redacted PDF with every page; where an unread page cannot even be blackened (it does not render), without the unread
 * ones: a page less tells nothing, and the run is partial already.
 */
export async function redactPdf(ctx: StepContext, work: Work, input: StepInput): Promise<MadePdf | null> {
  const { total } = work.ocr.account;
  if (input.outputs.convert === undefined || total === 0) return null;
  const source = convertOutputSchema.parse(input.outputs.convert).pdf.key;
  const all = Array.from({ length: total }, (_, index) => index + 1);
  const read = all.filter((number) => work.pages.has(number));
  try {
    return await makePdf(ctx, work, source, all);
  } catch (error) {
    const { code, class: kind } = toRectoError(error);
    if (kind === 'transient' || code === 'redaction_unverified' || read.length === total || ctx.signal.aborted)
      throw error;
    ctx.log.warn('pages that were not read cannot be rendered; the redacted PDF leaves them out', { code });
    return read.length === 0 ? null : makePdf(ctx, work, source, read);
  }
}

/** Made, looked at, and made again with what was seen; what shows even then is not handed over. */
async function makePdf(ctx: StepContext, work: Work, source: string, numbers: readonly number[]): Promise<MadePdf> {
  const found = new Map<number, readonly Box[]>();
  let black: Seen['black'] = new Set();
  let changed: Seen['changed'] = null;
  let looked = 0;
  for (let round = 1; ; round++) {
    const made = await makeOnce(ctx, work, source, numbers, { found, black, changed });
    const { artifact, images, survivors, pictures } = made;
    looked += made.looked - survivors.size;
    if (survivors.size === 0) {
      const verification = { pages: numbers.length, looked, rounds: round };
      return {
        artifact,
        images: images?.artifacts ?? [],
        verification,
        pages: whatBecame(work, numbers, pictures, { found, black }),
        blackened: black.size,
      };
    }
    await ctx.ports.objects.delete({ bucket: 'artifacts', key: artifact.key });
    await images?.discard();
    if (round > MAX_ROUNDS)
      throw new RectoError(
        'redaction_unverified',
        `Pages ${[...survivors.keys()].slice(0, 20).join(', ')} of the redacted PDF still show a value that had to go; nothing redacted was kept. The original is untouched: report the document's id.`,
        { details: { where: 'PDF' } },
      );
    ctx.log.info('redacted pages showed a value in a picture of theirs and are made again', {
      pages: survivors.size,
      black: round === MAX_ROUNDS,
    });
    const shown = new Map([...survivors].map(([at, boxes]) => [numbers[at - 1] ?? at, boxes]));
    changed = new Set(shown.keys());
    if (round === MAX_ROUNDS) black = changed;
    for (const [number, boxes] of shown) found.set(number, [...(found.get(number) ?? []), ...boxes.map(widened)]);
  }
}

/** The OCR service's boxes are tight: a margin as for any other print. */
function widened(box: Box): Box {
  const margin = Math.max(2, (box[3] - box[1]) * 0.15);
  return [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin];
}

interface Attempt extends Pick<RedactedPdf, 'pictures'> {
  artifact: Artifact;
  images: RedactedPictures | null;
  survivors: Survivors;
  looked: number;
}

function whatBecame(
  work: Work,
  numbers: readonly number[],
  pictures: RedactedPdf['pictures'],
  { found, black }: Pick<Seen, 'found' | 'black'>,
): MadePdf['pages'] {
  const reasons = new Map(pictures.map(({ number, reason }) => [number, reason]));
  const inside = new Set(numbers);
  return Array.from({ length: work.ocr.account.total }, (_, index): MadePdf['pages'][number] => {
    const number = index + 1;
    if (!inside.has(number)) return { number, as: 'left out', why: 'it was not read and cannot be rendered' };
    const page = work.pages.get(number);
    if (placed(page) === undefined)
      return {
        number,
        as: 'black',
        why: page === undefined ? 'it was not read' : 'nobody knows where its words stand',
      };
    if (black.has(number))
      return { number, as: 'black', why: `it showed personal data each of the ${MAX_ROUNDS} times it was made` };
    if (page?.source !== 'textLayer') return { number, as: 'picture', why: 'it was read as a picture' };
    if (work.views.pdf.policy.pages === 'pictures')
      return { number, as: 'picture', why: 'the policy asks for pictures' };
    if (found.has(number)) return { number, as: 'picture', why: 'a picture in it showed personal data' };
    const why = reasons.get(number) ?? null;
    return { number, as: why === null ? 'drawing' : 'picture', why };
  });
}

async function makeOnce(
  ctx: StepContext,
  work: Work,
  source: string,
  numbers: readonly number[],
  seen: Seen,
): Promise<Attempt> {
  const limits = await stepLimits(ctx, PAGE_TIMEOUT_MS);
  const expected: PageExpectation[] = [];
  const made = await ctx.converter.redactPdf({
    pdf: await byteSource(ctx.ports, 'artifacts', source),
    pages: pagePlans(ctx, work, numbers, seen, expected),
    forbidden: work.views.pdf.redactor.values.list(),
    limits,
    signal: ctx.signal,
  });
  const artifact = await writeArtifact(ctx, {
    documentId: work.documentId,
    name: 'redacted.pdf',
    mediaType: 'application/pdf',
    body: made.pdf,
    sensitive: false,
  });
  ctx.metrics.increment('redacted_pages_made_pictures', {}, made.pictures.length);
  const images = RedactedPictures.of(ctx, work, numbers);
  try {
    const pdf = await byteSource(ctx.ports, 'artifacts', artifact.key);
    const { redactor, policy } = work.views.pdf;
    const { survivors, looked } = await verifyPdf(ctx, {
      ...{ pdf, total: numbers.length, expected, redactor, policy, limits },
      ...(images === null ? {} : { dpi: images.dpi ?? UNREAD_PAGE_DPI, keep: (page) => images.add(page) }),
    });
    return { artifact, images, survivors, looked, pictures: made.pictures };
  } catch (error) {
    // Never named by a record, but it must not lie about either.
    await ctx.ports.objects.delete({ bucket: 'artifacts', key: artifact.key });
    await images?.discard();
    throw error;
  }
}
