import { z } from 'zod';
import { codeSchema, wordSchema } from '../../domain/page.ts';
import type { Converter, RenderedPage } from '../../ports/converter.ts';
import { type ConverterCalls, createConverterCalls, lost, type RunningCall } from './converter-call.ts';
import type { Authorize } from './google-http.ts';

const inspectionSchema = z.object({
  mediaType: z.string(),
  encrypted: z.boolean(),
  pages: z.number().nullable(),
  flags: z.array(z.string()),
});
const madeSchema = z.object({
  pages: z.array(z.object({ width: z.number(), height: z.number() })),
  rows: z.number().nullable(),
  warnings: z.array(z.string()),
});
const textLayerSchema = z
  .object({ words: z.array(wordSchema), lines: z.array(z.tuple([z.number(), z.number()])) })
  .nullable();
const pageSchema = z.union([
  z.object({ number: z.number(), error: z.object({ code: z.string(), message: z.string() }) }),
  z.object({
    number: z.number(),
    width: z.number(),
    height: z.number(),
    dpi: z.number(),
    textLayer: textLayerSchema,
    pictured: z.boolean(),
    codes: z.array(codeSchema).exactOptional(),
  }),
]);
const redactedSchema = z.object({ pictures: z.array(z.object({ number: z.number(), reason: z.string() })) });
const officeSchema = z.object({
  available: z.boolean(),
  version: z.string().nullable(),
  lastSuccessAt: z.number().nullable(),
});

const OFFICE_MS = 10_000;

export interface RemoteConverter extends Converter {
  close(): Promise<void>;
}

/**
 * The converter as a service of its own on Cloud Run, where what parses the bytes of strangers has no rights and no network.
 * One HTTP/2 stream a call (HTTP/1 takes no more than 32 MiB there), with an identity token that Cloud Run checks. Errors of
 * the port come through as they are; beyond them `dependency_unavailable`, and `conversion_crashed` when the service is lost
 * in the middle of a document.
 */
export function createConverter(options: { url: string; authorize: Authorize }): RemoteConverter {
  const calls: ConverterCalls = createConverterCalls(options);
  return {
    inspect: async ({ source, limits, signal }) => {
      const call = await calls.begin({ op: 'inspect', size: source.size, limits }, { source, signal });
      return only(call, inspectionSchema);
    },

    toPdf: async ({ source, mediaType, password, limits, signal }) => {
      const asked = { op: 'toPdf', size: source.size, limits, mediaType, password: password ?? null } as const;
      const call = await calls.begin(asked, { source, signal });
      return { ...(await first(call, madeSchema)), pdf: fileOf(call) };
    },

    renderPages: ({ pdf, from, to, dpi, anyTextLayer = false, codes = false, limits, signal }) => {
      const asked = { op: 'renderPages', size: pdf.size, from, to, dpi, anyTextLayer, codes, limits } as const;
      return pagesOf(() => calls.begin(asked, { source: pdf, signal }));
    },

    redactPdf: async ({ pdf, pages, forbidden, limits, signal }) => {
      const call = await calls.begin(
        { op: 'redactPdf', size: pdf.size, forbidden: [...forbidden], limits },
        { source: pdf, pages: pages[Symbol.asyncIterator](), signal },
      );
      return { ...(await first(call, redactedSchema)), pdf: fileOf(call) };
    },

    office: async () => only(await calls.begin({ op: 'office' }, { timeoutMs: OFFICE_MS }), officeSchema),
    close: () => calls.close(),
  };
}

/** The first answer; the call goes on. */
async function first<T extends z.ZodType>(call: RunningCall, schema: T): Promise<z.output<T>> {
  const answer = await call.next();
  if (answer === null || answer.kind !== 'json') throw await call.fail(lost());
  const parsed = schema.safeParse(answer.value);
  if (parsed.success) return parsed.data;
  throw await call.fail(lost(parsed.error));
}

async function only<T extends z.ZodType>(call: RunningCall, schema: T): Promise<z.output<T>> {
  const value = await first(call, schema);
  await call.end();
  return value;
}

/** What follows the first answer: the file in pieces. */
async function* fileOf(call: RunningCall): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const answer = await call.next();
      if (answer === null) return;
      if (answer.kind !== 'bytes') throw lost();
      yield answer.bytes;
    }
  } finally {
    await call.end();
  }
}

/** Each page is told of, then its image comes. */
async function* pagesOf(
  begin: () => Promise<RunningCall>,
): ReturnType<Converter['renderPages']> extends AsyncIterable<infer P> ? AsyncGenerator<P> : never {
  const call = await begin();
  try {
    for (;;) {
      const answer = await call.next();
      if (answer === null) return;
      const page = answer.kind === 'json' ? pageSchema.safeParse(answer.value) : null;
      if (page?.success !== true) throw lost(page?.error);
      if ('error' in page.data) {
        yield page.data;
        continue;
      }
      const image = await call.next();
      if (image?.kind !== 'bytes') throw lost();
      const textLayer: RenderedPage['textLayer'] = page.data.textLayer;
      yield { ...page.data, textLayer, png: image.bytes };
    }
  } finally {
    await call.end();
  }
}
