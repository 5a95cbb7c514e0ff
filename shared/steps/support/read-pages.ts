import { type ErrorCode, RectoError } from '../../domain/errors.ts';
import { layoutPage } from '../../domain/layout/layout-page.ts';
import type { Degradation, Page } from '../../domain/page.ts';
import type { StepContext } from '../../engine/step.ts';
import type { ByteSource, Limits, RenderedPage } from '../../ports/converter.ts';
import type { FailedPage, OcrRange } from './ocr-part.ts';

/** Resolutions tried in turn while a page has too many pixels. */
const LOWER_DPI = [100, 50, 25];
/** Pages that are read while the next ones are rendered: bounds the images in memory. */
const IN_FLIGHT = 2;
/** Errors of one page: it is recorded as failed and the others go on. Anything else concerns the service or the document. */
const OF_ONE_PAGE: readonly string[] = [
  'file_corrupt',
  'file_truncated',
  'file_empty',
  'unsupported_media_type',
  'too_many_pixels',
  'conversion_failed',
  'conversion_timeout',
  'conversion_crashed',
  'worker_crashed',
  'step_timeout',
] satisfies ErrorCode[];
/** May have been another page's doing: one more try. */
const WORTH_ONE_MORE: readonly string[] = [
  'worker_crashed',
  'step_timeout',
  'conversion_crashed',
] satisfies ErrorCode[];

export interface PageRead {
  page: Page;
  image: Uint8Array;
  /** Null for a text layer. */
  readBy: { engine: string; model: string; degraded: Degradation | null } | null;
}

export interface ReadPagesParams extends OcrRange {
  pdf: ByteSource;
  dpi: number;
  limits: Limits;
  model: string | null;
  /** Take any text layer: it was made from text. Else only one that can be trusted. */
  anyTextLayer?: boolean;
}

/** Reads a range of pages, in order: the text layer where there is a good one, else OCR. */
export async function* readPages(ctx: StepContext, params: ReadPagesParams): AsyncGenerator<PageRead | FailedPage> {
  const waiting: Promise<Settled>[] = [];
  for await (const rendered of render(ctx, params)) {
    waiting.push('code' in rendered ? Promise.resolve({ value: rendered }) : settle(readPage(ctx, rendered, params)));
    if (waiting.length >= IN_FLIGHT) yield unwrap(await waiting.shift());
  }
  for (const last of waiting) yield unwrap(await last);
}

type Settled = { value: PageRead | FailedPage } | { error: unknown };

/** So that a page under way whose answer is no longer awaited leaves no unhandled rejection. */
const settle = (promise: Promise<PageRead | FailedPage>): Promise<Settled> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

function unwrap(settled: Settled | undefined): PageRead | FailedPage {
  if (settled === undefined) throw new RectoError('internal', 'A page that was read got lost.');
  if ('error' in settled) throw settled.error;
  return settled.value;
}

/**
 * Renders the range; a page too large at the usual resolution again at lower ones, one whose renderer died once more. A page
 * that never comes counts as failed.
 */
async function* render(ctx: StepContext, params: ReadPagesParams): AsyncGenerator<RenderedPage | FailedPage> {
  let next = params.from;
  for await (const rendered of renderRange(ctx, params, params.from, params.to, params.dpi)) {
    next = rendered.number + 1;
    if (!('error' in rendered)) yield rendered;
    else yield await renderAgain(ctx, params, rendered.number, rendered.error.code);
  }
  for (; next <= params.to; next++) yield { number: next, code: 'conversion_failed' };
}

async function renderAgain(
  ctx: StepContext,
  params: ReadPagesParams,
  number: number,
  code: string,
): Promise<RenderedPage | FailedPage> {
  const tooLarge = code === 'too_many_pixels';
  if (!tooLarge && !WORTH_ONE_MORE.includes(code)) return { number, code };
  for (const dpi of tooLarge ? LOWER_DPI.filter((lower) => lower < params.dpi) : [params.dpi])
    for await (const rendered of renderRange(ctx, params, number, number, dpi)) {
      if (!('error' in rendered)) return rendered;
      if (rendered.error.code !== 'too_many_pixels') return { number, code: rendered.error.code };
    }
  return { number, code: 'too_many_pixels' };
}

const renderRange = (ctx: StepContext, params: ReadPagesParams, from: number, to: number, dpi: number) =>
  ctx.converter.renderPages({
    pdf: params.pdf,
    from,
    to,
    dpi,
    limits: params.limits,
    anyTextLayer: params.anyTextLayer ?? false,
    codes: true,
    signal: ctx.signal,
  });

async function readPage(
  ctx: StepContext,
  rendered: RenderedPage,
  params: ReadPagesParams,
): Promise<PageRead | FailedPage> {
  const { number, width, height, dpi, png, textLayer } = rendered;
  const codes = rendered.codes === undefined ? {} : { codes: [...rendered.codes] };
  if (textLayer !== null) {
    const page = layoutPage({ number, width, height, dpi, source: 'textLayer', words: textLayer.words });
    return { page: { ...page, ...codes }, image: png, readBy: null };
  }
  const ask = () =>
    ctx.inference.ocr({
      pages: [{ number, image: png, mediaType: 'image/png', dpi }],
      model: params.model,
      cacheScope: ctx.ports.tenantId,
      signal: ctx.signal,
    });
  try {
    const {
      pages,
      engine,
      model,
      degraded = null,
    } = await ask().catch((error: unknown) => {
      if (error instanceof RectoError && WORTH_ONE_MORE.includes(error.code)) return ask();
      throw error;
    });
    const [page] = pages;
    if (page === undefined) throw new RectoError('dependency_unavailable', `OCR gave no answer for page ${number}.`);
    return { page: { ...page, ...codes }, image: png, readBy: { engine, model, degraded } };
  } catch (error) {
    if (error instanceof RectoError && OF_ONE_PAGE.includes(error.code)) return { number, code: error.code };
    throw error;
  }
}
