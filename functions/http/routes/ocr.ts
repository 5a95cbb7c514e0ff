import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import { recognitionSchema, recognize, SYNC_MAX_BYTES, SYNC_MAX_PAGES } from '#shared/usecases/ocr/recognize.ts';
import { readMultipart } from '../kit/multipart.ts';
import { requestBytes, SMALL_BODY_MS } from '../kit/request-body.ts';
import { ok, type Route, route } from '../kit/route.ts';
import { validate } from '../kit/validate.ts';
import { components } from '../openapi.ts';

components.add(recognitionSchema, { id: 'Recognition' });

/** Each holds its file, its PDF and two page images in memory. */
const MAX_AT_ONCE = 4;

const formSchema = z.strictObject({ password: z.string().max(1024).optional() });

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
  handle: async ({ c, ctx, services }) => {
    const type = c.req.header('content-type') ?? '';
    if (!/^multipart\/form-data\b/i.test(type))
      throw new RectoError('unsupported_media_type', 'Send the file as multipart/form-data in the part `file`.');
    const { syncOcr } = services;
    if (syncOcr.running >= MAX_AT_ONCE)
      throw new RectoError('overloaded', 'Enough files are being read at once. Try again, or upload a document.', {
        retryAfter: 2,
      });
    syncOcr.running += 1;
    try {
      // Its place is taken already: nobody holds it by sending a byte now and then.
      const bytes = requestBytes(c, ctx.platform.clock, SMALL_BODY_MS);
      const form = await readMultipart(bytes, type, ({ body }) => collect(body));
      const { password } = validate(formSchema, Object.fromEntries(form.fields), 'form');
      return ok(await recognize(ctx, { bytes: form.file, password, signal: c.req.raw.signal }));
    } finally {
      syncOcr.running -= 1;
    }
  },
});

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

export const ocrRoutes: readonly Route[] = [ocr];
