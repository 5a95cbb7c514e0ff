import { setImmediate as turn } from 'node:timers/promises';
import { getCountries } from 'libphonenumber-js/min';
import { z } from 'zod';
import type { Artifact } from '../domain/document.ts';
import { RectoError, toRectoError } from '../domain/errors.ts';
import { type ExtractionResult, extractionResultSchema } from '../domain/extraction-result.ts';
import { type Box, type OcrResult, ocrResultSchema, PAGE_SEPARATOR, type Page } from '../domain/page.ts';
import type { Policy } from '../domain/policy.ts';
import type { Entity } from '../domain/redaction/entity.ts';
import { applyToText, operatorFor } from '../domain/redaction/operators.ts';
import { DocumentRedactor } from '../domain/redaction/redact-document.ts';
import { coverage } from '../domain/redaction/redact-page.ts';
import { applyToStructured } from '../domain/redaction/redact-structured.ts';
import {
  convertOutputSchema,
  extractOutputSchema,
  ocrOutputSchema,
  type RedactOutput,
} from '../domain/step-outputs.ts';
import type { SingleStep, StepContext, StepInput } from '../engine/step.ts';
import type { RedactedPage } from '../ports/converter.ts';
import { byteSource, commitArtifacts, readText, writeArtifact } from './support/artifacts.ts';
import { stepLimits } from './support/limits.ts';
import { operatorKeys, privacyPolicy } from './support/privacy-policy.ts';
import {
  type PageExpectation,
  type Survivors,
  verifyPdf,
  verifyStructure,
  verifyText,
} from './support/verify-redaction.ts';

const configSchema = z.object({
  policyId: z.string().optional(),
  /** Country of phone numbers without a country code. */
  region: z.enum(getCountries()).default('US'),
});

/** Pages between two turns of the event loop, so that leases are renewed while a long document is searched. */
const PAGES_PER_TURN = 10;
/** Of one call of the converter for one page. */
const PAGE_TIMEOUT_MS = 120_000;
/** Covers any page at any resolution; the converter clips it. */
const WHOLE_PAGE = [0, 0, 1_000_000, 1_000_000] as const;
const UNREAD_PAGE_DPI = 72;
/** How often the PDF is made before what still shows counts as impossible to take out. */
const MAX_ROUNDS = 3;

/** An entity of `entities.json`: what and where, never the value. Offsets are UTF-16 units of the page's text. */
type ReportedEntity = Entity & { page: number; operator: string };

interface Work {
  documentId: string;
  ocr: OcrResult;
  fields: ExtractionResult | null;
  policy: Policy;
  redactor: DocumentRedactor;
  /** By number, as read; absent for a page that was not. */
  pages: ReadonlyMap<number, Page>;
}

/**
 * Text, structure and PDF without what the policy takes out. Each is checked after it is made, and the step fails with
 * `redaction_unverified` rather than hand over what could not be checked. A page that was not read is blackened whole.
 */
export const redactStep: SingleStep = {
  kind: 'redact',
  pool: 'cpu',
  timeoutMs: 1_800_000,
  maxAttempts: 4,
  async run(ctx, input) {
    const work = await prepare(ctx, input);
    const text = await redactTexts(ctx, work);
    const fields = await redactFields(ctx, work);
    const pdf = await redactPdf(ctx, work, input);
    const written: Artifact[] = [
      text.artifact,
      text.report,
      ...(fields === null ? [] : [fields]),
      ...(pdf === null ? [] : [pdf]),
    ];
    const output: RedactOutput = {
      text: { key: text.artifact.key },
      fields: fields === null ? null : { key: fields.key },
      pdf: pdf === null ? null : { key: pdf.key },
      entities: text.counts,
    };
    return { output, commit: (tx) => commitArtifacts(tx, written) };
  },
};

async function prepare(ctx: StepContext, input: StepInput): Promise<Work> {
  const { documentId } = input;
  if (documentId === null) throw new RectoError('invalid_request', 'A redact step needs a document.');
  const config = configSchema.parse(input.config);
  const policy = await privacyPolicy(ctx.ports, config.policyId);
  const { ocr: ocrAt } = ocrOutputSchema.parse(input.outputs.ocr);
  const extracted = input.outputs.extract === undefined ? null : extractOutputSchema.parse(input.outputs.extract);
  const ocr = ocrResultSchema.parse(JSON.parse(await readText(ctx.ports, ocrAt.key)));
  const fields =
    extracted === null
      ? null
      : extractionResultSchema.parse(JSON.parse(await readText(ctx.ports, extracted.fields.key)));
  const redactor = new DocumentRedactor(policy, { region: config.region });
  if (fields !== null) redactor.learnFields(fields);
  for (const [index, page] of ocr.pages.entries()) {
    redactor.learnPage(page);
    await breathe(ctx, index);
  }
  const failed = new Set(ocr.failedPages.map((page) => page.number));
  const pages = new Map(ocr.pages.filter((page) => !failed.has(page.number)).map((page) => [page.number, page]));
  return { documentId, ocr, fields, policy, redactor, pages };
}

async function breathe(ctx: StepContext, index: number): Promise<void> {
  ctx.signal.throwIfAborted();
  if (index % PAGES_PER_TURN === PAGES_PER_TURN - 1) await turn();
}

async function redactTexts(
  ctx: StepContext,
  work: Work,
): Promise<{ artifact: Artifact; report: Artifact; counts: Record<string, number> }> {
  const { documentId, policy, redactor, pages, ocr } = work;
  const keys = operatorKeys(ctx.ports);
  const texts: string[] = [];
  const reported: ReportedEntity[] = [];
  const counts: Record<string, number> = {};
  for (let number = 1; number <= ocr.account.total; number++) {
    const page = pages.get(number);
    if (page === undefined) {
      texts.push('');
      continue;
    }
    const { text, entities } = redactor.redactPage(page);
    const redacted = await applyToText(text, entities, policy, keys);
    verifyText('text', redacted, redactor.values);
    texts.push(redacted);
    for (const entity of entities) {
      counts[entity.type] = (counts[entity.type] ?? 0) + 1;
      reported.push({ ...entity, page: number, operator: operatorFor(policy, entity.type).operator });
    }
    await breathe(ctx, number);
  }
  const artifact = await writeArtifact(ctx, {
    documentId,
    name: 'redacted.txt',
    mediaType: 'text/plain; charset=utf-8',
    body: texts.join(PAGE_SEPARATOR),
    sensitive: false,
  });
  const report = await writeArtifact(ctx, {
    documentId,
    name: 'entities.json',
    mediaType: 'application/json',
    body: JSON.stringify({ policy: { id: policy.id, version: policy.version }, entities: reported }),
    sensitive: true,
  });
  return { artifact, report, counts };
}

async function redactFields(ctx: StepContext, work: Work): Promise<Artifact | null> {
  const { documentId, fields, policy, redactor } = work;
  if (fields === null) return null;
  const redacted = await applyToStructured(fields, { policy, find: redactor.find, keys: operatorKeys(ctx.ports) });
  const told = redacted.fields.map(({ raw, value }) => [raw, value]);
  verifyStructure('structure', [told, redacted.tables.map(({ rows, columns }) => [rows, columns])], redactor.values);
  return writeArtifact(ctx, {
    documentId,
    name: 'redacted.json',
    mediaType: 'application/json',
    body: JSON.stringify(redacted),
    sensitive: false,
  });
}

/** Places on pages that were found only when the redacted pages were looked at; such pages become pictures. */
type Found = Map<number, Box[]>;

/** Pages as they are wanted, one at a time: a document of thousands is never planned whole. */
async function* pagePlans(
  ctx: StepContext,
  work: Work,
  numbers: Iterable<number>,
  found: Found,
  expected: PageExpectation[],
): AsyncGenerator<RedactedPage> {
  for (const number of numbers) {
    const page = work.pages.get(number);
    const plan: RedactedPage =
      page === undefined
        ? { number, boxes: [[...WHOLE_PAGE]], dpi: UNREAD_PAGE_DPI, words: [], as: 'picture' }
        : planPage(work.redactor, page, found.get(number));
    // Text in the pictures of a page that has a text layer has not been read yet; what was read as a picture is all known.
    const look = page?.source === 'textLayer' || (page !== undefined && plan.boxes.length > 0);
    expected.push({ boxes: plan.boxes, dpi: plan.dpi, look });
    yield plan;
    await breathe(ctx, number);
  }
}

/** A page whose text layer was read stays a drawing; of any other nobody knows what its drawing says. */
function planPage(redactor: DocumentRedactor, page: Page, found: readonly Box[] | undefined): RedactedPage {
  const { boxes, words } = redactor.redactPage(page);
  const as = page.source === 'textLayer' && found === undefined ? 'drawing' : 'picture';
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
async function redactPdf(ctx: StepContext, work: Work, input: StepInput): Promise<Artifact | null> {
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
async function makePdf(ctx: StepContext, work: Work, source: string, numbers: readonly number[]): Promise<Artifact> {
  const found: Found = new Map();
  for (let round = 1; ; round++) {
    const { artifact, survivors } = await makeOnce(ctx, work, source, numbers, found);
    if (survivors.size === 0) return artifact;
    await ctx.ports.objects.delete({ bucket: 'artifacts', key: artifact.key });
    if (round === MAX_ROUNDS)
      throw new RectoError(
        'redaction_unverified',
        `Pages ${[...survivors.keys()].slice(0, 20).join(', ')} of the redacted PDF still show a value that had to go; nothing redacted was kept. The original is untouched: report the document's id.`,
        { details: { where: 'PDF' } },
      );
    ctx.log.info('redacted pages showed a value in a picture of theirs and are made again', { pages: survivors.size });
    for (const [at, boxes] of survivors) {
      const number = numbers[at - 1] ?? at;
      found.set(number, [...(found.get(number) ?? []), ...boxes.map(widened)]);
    }
  }
}

/** The OCR service's boxes are tight: a margin as for any other print. */
function widened(box: Box): Box {
  const margin = Math.max(2, (box[3] - box[1]) * 0.15);
  return [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin];
}

async function makeOnce(
  ctx: StepContext,
  work: Work,
  source: string,
  numbers: readonly number[],
  found: Found,
): Promise<{ artifact: Artifact; survivors: Survivors }> {
  const limits = await stepLimits(ctx, PAGE_TIMEOUT_MS);
  const expected: PageExpectation[] = [];
  const made = await ctx.converter.redactPdf({
    pdf: await byteSource(ctx.ports, 'artifacts', source),
    pages: pagePlans(ctx, work, numbers, found, expected),
    forbidden: work.redactor.values.list(),
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
  try {
    const pdf = await byteSource(ctx.ports, 'artifacts', artifact.key);
    const { redactor } = work;
    const survivors = await verifyPdf(ctx, { pdf, total: numbers.length, expected, redactor, limits });
    return { artifact, survivors };
  } catch (error) {
    // Never named by a record, but it must not lie about either.
    await ctx.ports.objects.delete({ bucket: 'artifacts', key: artifact.key });
    throw error;
  }
}
