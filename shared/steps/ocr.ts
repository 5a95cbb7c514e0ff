import { z } from 'zod';
import type { Artifact } from '../domain/document.ts';
import { ERROR_CODES, type ErrorCode, RectoError } from '../domain/errors.ts';
import { TEXT_KINDS } from '../domain/media-types.ts';
import type { OcrResult, Page } from '../domain/page.ts';
import { convertOutputSchema, type OcrOutput } from '../domain/step-outputs.ts';
import type { FanOutStep, StepInput } from '../engine/step.ts';
import { byteSource, commitArtifacts, writeArtifact } from './support/artifacts.ts';
import { converterLimits, stepTenant } from './support/limits.ts';
import { mergeHead, mergeParts, ocrJsonOf, textOf } from './support/merge-pages.ts';
import { type FailedPage, type OcrPartOutput, type OcrRange, ocrRangeSchema } from './support/ocr-part.ts';
import { readPages } from './support/read-pages.ts';

const PAGES_PER_PART = 10;
/** Parts are at most 1,000: a longer document has longer parts. */
const MAX_PARTS = 1000;
/** Above this many pixels a page is rendered at a lower resolution: OCR gains nothing from more. */
const OCR_MAX_PIXELS = 40_000_000;
const RENDER_TIMEOUT_MS = 300_000;
/** The reader of a page died: the page's doing, or that of whatever else happened on the machine at that moment. */
const CRASHES: readonly string[] = ['conversion_crashed', 'worker_crashed'] satisfies ErrorCode[];
/** From this attempt on it was the page, which counts as failed; before, the range is tried again. */
const CRASHES_BELIEVED_FROM = 4;

const configSchema = z.object({
  /** Of the page images. */
  dpi: z.number().int().min(50).max(600).default(200),
  /** Overrides the tenant's OCR model. */
  model: z.string().nullable().default(null),
});

/** Pages to words: ranges in parallel, merged in order into `ocr.json` and `text`; each page's image is kept as `pages/N.png`. */
export const ocrStep: FanOutStep = {
  kind: 'ocr',
  pool: 'ocr',
  timeoutMs: 540_000,
  maxAttempts: 5,
  dependsOn: 'ocr',
  // Pages with a text layer need no OCR.
  mayDoWithout: true,

  async plan(_ctx, input) {
    const { pages } = convertOf(input);
    const size = Math.max(PAGES_PER_PART, Math.ceil(pages / MAX_PARTS));
    const ranges: OcrRange[] = [];
    for (let from = 1; from <= pages; from += size) ranges.push({ from, to: Math.min(pages, from + size - 1) });
    return ranges;
  },

  async runPart(ctx, input, part) {
    const documentId = documentOf(input);
    const range = ocrRangeSchema.parse(part.input);
    const config = configSchema.parse(input.config);
    const tenant = await stepTenant(ctx);
    const limits = converterLimits(tenant.limits, RENDER_TIMEOUT_MS);
    const pdf = await byteSource(ctx.ports, 'artifacts', convertOf(input).pdf.key);
    const pages: Page[] = [];
    const failedPages: FailedPage[] = [];
    const images: Artifact[] = [];
    const engines = new Set<string>();
    const models = new Set<string>();
    let degraded: OcrPartOutput['degraded'];
    const { mediaType } = input.run;
    const read = readPages(ctx, {
      ...range,
      // Made from text: the layer is what the file says, however odd it reads.
      anyTextLayer: typeof mediaType === 'string' && TEXT_KINDS.includes(mediaType),
      pdf,
      dpi: config.dpi,
      limits: { ...limits, maxPixels: Math.min(limits.maxPixels, OCR_MAX_PIXELS) },
      model: config.model ?? tenant.settings.ocrModel,
    });
    for await (const outcome of read) {
      if ('code' in outcome) {
        if (CRASHES.includes(outcome.code) && ctx.attempt < CRASHES_BELIEVED_FROM) throw crashed(outcome);
        ctx.log.warn('a page could not be read', { page: outcome.number, code: outcome.code });
        failedPages.push(outcome);
        continue;
      }
      pages.push(outcome.page);
      if (outcome.readBy !== null) {
        engines.add(outcome.readBy.engine);
        models.add(outcome.readBy.model);
        if (outcome.readBy.degraded !== null)
          degraded = { ...outcome.readBy.degraded, pages: [...(degraded?.pages ?? []), outcome.page.number] };
      }
      images.push(
        await writeArtifact(ctx, {
          documentId,
          name: `pages/${outcome.page.number}.png`,
          mediaType: 'image/png',
          body: outcome.image,
          sensitive: true,
          part: part.index,
        }),
      );
    }
    const stored = await writeArtifact(ctx, {
      documentId,
      name: 'pages.json',
      mediaType: 'application/json',
      body: JSON.stringify(pages),
      sensitive: true,
      part: part.index,
    });
    const count = (source: Page['source']): number => pages.filter((page) => page.source === source).length;
    ctx.metrics.increment('recto_pages_total', { source: 'ocr' }, count('ocr'));
    ctx.metrics.increment('recto_pages_total', { source: 'textLayer' }, count('textLayer'));
    ctx.metrics.increment('recto_pages_total', { source: 'failed' }, failedPages.length);
    const output: OcrPartOutput = {
      key: stored.key,
      ocr: count('ocr'),
      textLayer: count('textLayer'),
      failedPages,
      engine: [...engines].join(', ') || null,
      model: [...models].join(', ') || null,
      incompletePages: pages.filter(({ incomplete }) => incomplete !== undefined).map(({ number }) => number),
      ...(degraded === undefined ? {} : { degraded }),
    };
    return { output, commit: (tx) => commitArtifacts(tx, images) };
  },

  async merge(ctx, input, outcomes) {
    const documentId = documentOf(input);
    const parts = mergeParts(outcomes);
    const head = mergeHead(parts, convertOf(input).pages);
    const { account, failedPages } = head;
    if (account.total > 0 && account.failed === account.total) {
      const code = failedPages[0]?.code ?? 'conversion_failed';
      throw new RectoError(
        isCode(code) ? code : 'conversion_failed',
        `None of the ${account.total} pages could be read; the first failed with ${code}.`,
        { class: 'permanent' },
      );
    }
    const write = (name: string, mediaType: string, body: AsyncIterable<Uint8Array>) =>
      writeArtifact(ctx, { documentId, name, mediaType, body, sensitive: true });
    const json = await write('ocr.json', 'application/json', ocrJsonOf(ctx.ports, parts, head));
    const text = await write('text', 'text/plain; charset=utf-8', textOf(ctx.ports, parts));
    const degraded = head.degraded === undefined ? {} : { degraded: degradedCount(head.degraded) };
    const output: OcrOutput = { ocr: { key: json.key }, text: { key: text.key }, account, ...degraded };
    const incomplete = parts.some((part) => (part.output?.incompletePages.length ?? 0) > 0);
    return { output, partial: account.failed > 0 || incomplete, commit: (tx) => commitArtifacts(tx, [json, text]) };
  },
};

const degradedCount = ({ asked, because, pages }: NonNullable<OcrResult['degraded']>) => ({
  ...{ asked, because },
  pages: pages.length,
});

const convertOf = (input: StepInput) => convertOutputSchema.parse(input.outputs.convert);

function documentOf(input: StepInput): string {
  if (input.documentId !== null) return input.documentId;
  throw new RectoError('internal', 'The ocr step works on a document, and this run has none.', { class: 'permanent' });
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code);

const crashed = ({ number, code }: FailedPage): RectoError =>
  new RectoError(
    'conversion_crashed',
    `The process that read page ${number} died (${code}); its range is read again.`,
    {
      class: 'transient',
      details: { page: number },
    },
  );
