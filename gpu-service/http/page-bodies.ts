import { RectoError } from '../../shared/domain/errors.ts';
import { OCR_FRAME_TYPE, parseOcrFrame } from '../../shared/domain/ocr-wire.ts';
import { isReaderId, READER_IDS, type ReaderId } from '../ocr/models.ts';
import { readBody } from './body.ts';
import { fetchPage } from './fetch-page.ts';
import type { ServiceParts } from './parts.ts';
import type { PageRequest } from './read-pages.ts';
import { type Call, queryOf, validated } from './route.ts';
import { ocrQuerySchema, referencesSchema } from './schemas.ts';

export interface PagesToRead {
  /** Null: the default. */
  model: ReaderId | null;
  pages: PageRequest[];
  /** When the request is done with. */
  release: () => void;
}

/** URLs of one request that are fetched at a time. */
const FETCHES = 4;

/** One image as the body, a frame of pages, or JSON with references to pages elsewhere. */
export async function pagesOf(parts: ServiceParts, call: Call): Promise<PagesToRead> {
  const type = (call.request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const query = queryOf(ocrQuerySchema, call);
  const read = (limit: number) => readBody(call.request, limit, parts.budget);
  if (type.startsWith('image/')) {
    const { bytes, release } = await read(parts.config.maxBodyBytes);
    return { model: query.model ?? null, pages: [{ number: 1, dpi: query.dpi, image: bytes }], release };
  }
  if (type === OCR_FRAME_TYPE) {
    const { bytes, release } = await read(parts.config.maxBodyBytes);
    try {
      return { ...fromFrame(bytes, query.model), release };
    } catch (error) {
      release();
      throw error;
    }
  }
  if (type === 'application/json') {
    const { bytes, release } = await read(Math.min(parts.config.maxBodyBytes, 2 ** 20));
    release();
    return fromReferences(parts, validated(referencesSchema, jsonOf(bytes)), query.model, call.gone);
  }
  throw new RectoError(
    'unsupported_media_type',
    `Send one image (image/png, …), a frame of pages (${OCR_FRAME_TYPE}) or references to pages (application/json).`,
  );
}

function fromFrame(bytes: Uint8Array, wanted: ReaderId | undefined): Pick<PagesToRead, 'model' | 'pages'> {
  const frame = parseOcrFrame(bytes);
  if (frame === null)
    throw new RectoError('invalid_request', 'The body is not a frame of pages: length, JSON header, then the images.');
  const { model, pages } = frame.header;
  if (model !== null && !isReaderId(model))
    throw new RectoError('invalid_request', `There is no OCR model "${model}"; use one of ${READER_IDS.join(', ')}.`);
  return {
    model: model ?? wanted ?? null,
    pages: pages.map(({ number, dpi }, index) => ({ number, dpi, image: frame.images[index] ?? new Uint8Array() })),
  };
}

async function fromReferences(
  parts: ServiceParts,
  { model, pages }: ReturnType<typeof referencesSchema.parse>,
  wanted: ReaderId | undefined,
  gone: AbortSignal,
): Promise<PagesToRead> {
  const { maxBodyBytes: maxBytes, fetch } = parts.config;
  const stop = new AbortController();
  const signal = AbortSignal.any([gone, stop.signal]);
  const held: (() => void)[] = [];
  const release = (): void => {
    for (const one of held) one();
  };
  const out: PageRequest[] = new Array(pages.length);
  let next = 0;
  const fetchNext = async (): Promise<void> => {
    for (let index = next++; index < pages.length; index = next++) {
      const page = pages[index];
      if (page === undefined) return;
      const body = await fetchPage(page, { ...fetch, maxBytes, budget: parts.budget, signal });
      held.push(body.release);
      out[index] = { number: page.number ?? index + 1, dpi: page.dpi, image: body.bytes };
    }
  };
  try {
    const all = Array.from({ length: FETCHES }, fetchNext);
    await Promise.all(all).catch(async (error: unknown) => {
      stop.abort();
      await Promise.allSettled(all);
      throw error;
    });
  } catch (error) {
    release();
    throw error;
  }
  return { model: model ?? wanted ?? null, pages: out, release };
}

export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new RectoError('invalid_json', 'The body is not valid JSON.', { cause });
  }
}
