import { RectoError } from '../../domain/errors.ts';
import type { Page } from '../../domain/page.ts';
import type { Inference, OcrPageInput } from '../../ports/inference.ts';
import { pageOf } from './document-ai-page.ts';
import { FIELD_MASK, googlePageSchema, processAnswerSchema } from './document-ai-schema.ts';
import { inBounds } from './in-bounds.ts';
import { mediaTypeOf, sizeOfPageImage } from './page-image.ts';
import type { TokenSource } from './token-source.ts';
import { postJson } from './upstream.ts';

export interface DocumentAiOptions {
  engine: string;
  /** Of the processor: `https://eu-documentai.googleapis.com/v1/projects/<p>/locations/eu/processors/<id>`. */
  url: string;
  /** A processor version; null: the processor's default. */
  model: string | null;
  /** Access tokens with the scope `cloud-platform`. */
  token: TokenSource;
  /** US dollars for 1,000 pages; null: unknown. */
  price: number | null;
  timeoutMs?: number;
  atOnce?: number;
}

/** Google's limit of one document of an online request. */
const MAX_IMAGE_BYTES = 40 * 1024 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const INVALID_ARGUMENT = 3;

/** Google Document AI, one page a request, over its REST API. Errors: those of `postJson`; `file_corrupt`. */
export function createDocumentAi(options: DocumentAiOptions): Inference {
  const { engine, price } = options;
  const processor = options.url.replace(/\/+$/, '').replace(/:process$/, '');
  const upstream = {
    engine,
    token: options.token,
    timeoutMs: options.timeoutMs ?? 120_000,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  };

  async function read(input: OcrPageInput, version: string | null, signal?: AbortSignal): Promise<Page> {
    const size = sizeOfPageImage(input, MAX_IMAGE_BYTES);
    const name = version === null ? processor : `${processor}/processorVersions/${encodeURIComponent(version)}`;
    const body = {
      rawDocument: { content: Buffer.from(input.image).toString('base64'), mimeType: mediaTypeOf(input.image) },
      skipHumanReview: true,
      fieldMask: FIELD_MASK,
    };
    const answer = processAnswerSchema.safeParse(await postJson(`${name}:process`, body, upstream, signal));
    if (!answer.success)
      throw new RectoError('dependency_unavailable', `The OCR engine ${engine} gave an answer of another shape.`, {
        cause: answer.error,
      });
    const { text, pages, error } = answer.data.document;
    if (error !== undefined && error.code !== 0)
      throw error.code === INVALID_ARGUMENT
        ? new RectoError('file_corrupt', `The OCR engine ${engine} cannot read the image of page ${input.number}.`)
        : new RectoError('dependency_unavailable', `The OCR engine ${engine} failed on page ${input.number}.`);
    // A blank page may come without one.
    const first = pages[0] ?? googlePageSchema.parse({});
    return pageOf(first, text, { number: input.number, dpi: input.dpi, ...size });
  }

  return {
    ocr: async ({ pages, model, signal }) => {
      const version = model ?? options.model;
      const done = await inBounds(pages, options.atOnce ?? 4, (page, stop) => read(page, version, stop), signal);
      return {
        pages: done,
        engine,
        model: version ?? `${processor.split('/').slice(-2).join('/')} (default version)`,
        usage: {
          inputTokens: null,
          outputTokens: null,
          costUsd: price === null ? null : (price * pages.length) / 1000,
        },
      };
    },
    // Reading what a processor is needs a right that calling it does not need: only that Google answers is asked.
    ready: async (signal) => {
      const timeout = AbortSignal.timeout(3000);
      await options.token(signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
      try {
        const answer = await fetch(new URL(processor).origin, { method: 'HEAD', redirect: 'manual', signal: timeout });
        if (answer.status >= 500) throw new Error(`HTTP ${answer.status}`);
      } catch (cause) {
        throw new RectoError('dependency_unavailable', `The OCR engine ${engine} cannot be reached.`, { cause });
      }
    },
  };
}
