import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import { ocrComparisonSchema, ocrModelsSchema } from '#shared/domain/ocr-models.ts';
import { compareModels } from '#shared/usecases/ocr/compare.ts';
import { listModels } from '#shared/usecases/ocr/models.ts';
import { recognitionSchema, recognize, SYNC_MAX_BYTES, SYNC_MAX_PAGES } from '#shared/usecases/ocr/recognize.ts';
import { type Form, readMultipart } from '../kit/multipart.ts';
import { requestBytes, SMALL_BODY_MS } from '../kit/request-body.ts';
import { type Answer, type Call, ok, type Route, route } from '../kit/route.ts';
import { validate } from '../kit/validate.ts';
import { components } from '../openapi.ts';

components.add(recognitionSchema, { id: 'Recognition' });
components.add(ocrModelsSchema, { id: 'OcrModels' });
components.add(ocrComparisonSchema, { id: 'OcrComparison' });

/** Each holds its file, its PDF and two page images in memory. */
const MAX_AT_ONCE = 4;

const formSchema = z.strictObject({ password: z.string().max(1024).optional() });
const compareSchema = z.strictObject({
  models: z.string().max(500).describe('Ids of `GET /v1/ocr/models`, separated by commas.'),
});

const ocr = route({
  id: 'recognize',
  method: 'post',
  path: '/v1/ocr',
  access: { scope: 'ocr:use' },
  tag: 'Synchronous',
  summary: 'Read a small file and wait for its words',
  description: `At most ${SYNC_MAX_BYTES / 1024 / 1024} MB and ${SYNC_MAX_PAGES} pages, one minute; nothing is stored. Larger files: upload a document.`,
  form: formSchema,
  ownBody: true,
  answers: { 200: { description: 'Pages with words, lines, blocks and tables', schema: recognitionSchema } },
  handle: (call) =>
    inPlace(call, async (form, signal) => {
      const { password } = validate(formSchema, Object.fromEntries(form.fields), 'form');
      return ok(await recognize(call.ctx, { bytes: form.file, password, signal }));
    }),
});

const compare = route({
  id: 'compareOcrModels',
  method: 'post',
  path: '/v1/ocr/compare',
  access: { scope: 'ocr:use' },
  tag: 'Synchronous',
  summary: 'Read one page image with several models, and see where they differ',
  description: 'PNG, JPEG, WebP or TIFF. The first model is what the others are compared with. Nothing is stored.',
  form: compareSchema,
  ownBody: true,
  answers: {
    200: { description: 'What each model read, what it took, where they differ', schema: ocrComparisonSchema },
  },
  handle: (call) =>
    inPlace(call, async (form, signal) => {
      const { models } = validate(compareSchema, Object.fromEntries(form.fields), 'form');
      return ok(await compareModels(call.ctx, { bytes: form.file, models: models.split(','), signal }));
    }),
});

const models = route({
  id: 'listOcrModels',
  method: 'get',
  path: '/v1/ocr/models',
  access: { scope: 'ocr:use' },
  tag: 'Synchronous',
  summary: 'List the OCR models that the tenant setting `ocrModel` may name',
  answers: { 200: { description: 'The models, and which are loaded', schema: ocrModelsSchema } },
  handle: async ({ c, ctx }) => ok(await listModels(ctx, c.req.raw.signal)),
});

/** Runs `read` with the form, in one of the few places that there are for this. */
async function inPlace(
  { c, ctx, services: { syncOcr } }: Pick<Call<unknown, unknown>, 'c' | 'ctx' | 'services'>,
  read: (form: Form<Buffer>, signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const type = c.req.header('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(type))
    throw new RectoError('unsupported_media_type', 'Send the file as multipart/form-data in the part `file`.');
  if (syncOcr.running >= MAX_AT_ONCE)
    throw new RectoError('overloaded', 'Enough files are being read at once. Try again, or upload a document.', {
      retryAfter: 2,
    });
  syncOcr.running += 1;
  try {
    // Its place is taken already: nobody holds it by sending a byte now and then.
    const bytes = requestBytes(c, ctx.platform.clock, SMALL_BODY_MS);
    return await read(await readMultipart(bytes, type, ({ body }) => collect(body)), c.req.raw.signal);
  } finally {
    syncOcr.running -= 1;
  }
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > SYNC_MAX_BYTES)
      throw new RectoError('file_too_large', `At most ${SYNC_MAX_BYTES} bytes are read at once. Upload a document.`, {
        details: { maxFileBytes: SYNC_MAX_BYTES },
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

export const ocrRoutes: readonly Route[] = [ocr, compare, models];
