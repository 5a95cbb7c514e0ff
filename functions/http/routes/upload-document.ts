import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import { idSchema, newId } from '#shared/domain/ids.ts';
import { recordingInstructionsSchema } from '#shared/domain/redaction/media.ts';
import type { ObjectInfo, SignedUrl } from '#shared/ports/object-store.ts';
import type { UseCaseContext } from '#shared/usecases/context.ts';
import type { createUpload } from '#shared/usecases/documents/create-upload.ts';
import { createUploadSchema, metadataSchema } from '#shared/usecases/documents/create-upload.ts';
import type { Ingested } from '#shared/usecases/documents/ingest.ts';
import { discardUpload, findUploaded, ingestUpload, receiveUpload } from '#shared/usecases/documents/upload.ts';
import { documentView } from '#shared/usecases/documents/view.ts';
import { beginIdempotent } from '#shared/usecases/idempotency/begin.ts';
import {
  abandonIdempotent,
  assertSameRequest,
  finishIdempotent,
  releaseIdempotent,
} from '#shared/usecases/idempotency/finish.ts';
import { holdIdempotent, LEASE_MS } from '#shared/usecases/idempotency/hold.ts';
import { digest } from '#shared/usecases/idempotency/record-id.ts';
import { runView } from '#shared/usecases/runs/view.ts';
import { answerOnce, idempotencyKey, repeated } from '../kit/answer-once.ts';
import type { HttpContext } from '../kit/http-context.ts';
import { readMultipart } from '../kit/multipart.ts';
import { parseJson } from '../kit/parse-json.ts';
import { readBody, requestBytes } from '../kit/request-body.ts';
import { type Answer, accepted, type Call, created } from '../kit/route.ts';
import { validate } from '../kit/validate.ts';

/** The parts of the form beside `file`. */
export const uploadFormSchema = z.strictObject({
  password: z.string().max(1024).optional(),
  batchId: idSchema('batch').optional(),
  priority: z.coerce.number().int().min(0).max(9).optional(),
  metadata: z.string().max(8192).optional().describe('A JSON object of strings, at most 50 of them.'),
  recording: z
    .string()
    .optional()
    .describe(
      'Of audio and video, at most 1 MiB of JSON as the field `recording` of the JSON body: `sounds` and `regions` that go, and a `transcript` with the times of its words.',
    ),
});

/** A transcript of some hours. */
const LONGER = { recording: 1024 * 1024 };

type Presign = typeof createUpload;

/** `POST /v1/documents`: a form is taken in as it streams, JSON asks for a signed URL. */
export function uploadDocument(presign: Presign) {
  return async ({ c, ctx }: Call<unknown, unknown>): Promise<Answer | Response> => {
    const type = c.req.header('content-type') ?? '';
    const kind = type.split(';')[0]?.trim().toLowerCase();
    if (kind === 'multipart/form-data') return receiveForm(c, ctx, type);
    if (kind !== 'application/json')
      throw new RectoError(
        'unsupported_media_type',
        'Send the file as multipart/form-data in the part `file`, or JSON with filename, contentType and size for an upload URL.',
      );
    const bytes = await readBody(c, ctx.platform.clock);
    const run = async (): Promise<Answer> => {
      const { document, upload } = await presign(ctx, validate(createUploadSchema, parseJson(bytes), 'body'));
      return created(
        { document: documentView(ctx, document), upload: absolute(upload, c) },
        `/v1/documents/${document.id}`,
      );
    };
    const key = idempotencyKey(c);
    return key === null ? run() : answerOnce(ctx, { key, c, bytes, secret: true, run });
  };
}

/** A store that signs relative URLs means this very server. */
const absolute = (upload: SignedUrl, c: HttpContext): SignedUrl => ({
  ...upload,
  url: new URL(upload.url, c.req.url).href,
});

async function receiveForm(c: HttpContext, ctx: UseCaseContext, type: string): Promise<Answer> {
  const bytes = requestBytes(c, ctx.platform.clock);
  const key = idempotencyKey(c);
  if (key === null) {
    const documentId = newId('document', ctx.platform.clock.now());
    return answer(ctx, (await takeIn(ctx, documentId, bytes, type)).ingested);
  }
  const begun = await beginIdempotent(ctx, { key, leaseMs: LEASE_MS });
  if (begun.kind === 'done') {
    assertSameRequest(begun.digest, await digestForm(bytes, type));
    return repeated(begun);
  }
  const { documentId } = begun;
  const release = holdIdempotent(ctx, { key, documentId });
  try {
    // An earlier try may have come so far and no farther: its document is the answer, if these are its bytes.
    const earlier = begun.resumed ? await findUploaded(ctx, { documentId }) : null;
    const taken =
      earlier === null
        ? await takeIn(ctx, documentId, bytes, type)
        : { ingested: earlier, digest: await digestForm(bytes, type, earlier) };
    const result = answer(ctx, taken.ingested);
    const body = JSON.stringify(result.body);
    await finishIdempotent(ctx, { key, digest: taken.digest, status: result.status, body, secret: false, documentId });
    return result;
  } catch (error) {
    await settleFailed(ctx, { key, documentId });
    throw error;
  } finally {
    release();
  }
}

/** A key whose document stands keeps it, whatever failed after: a repetition must not take the file in a second time. */
async function settleFailed(ctx: UseCaseContext, input: { key: string; documentId: string }): Promise<void> {
  try {
    if ((await findUploaded(ctx, input)) === null) await abandonIdempotent(ctx, input);
    else await releaseIdempotent(ctx, input);
  } catch (error) {
    ctx.platform.log.warn('an Idempotency-Key stays taken until its lease ends', { requestId: ctx.requestId, error });
  }
}

const answer = (ctx: UseCaseContext, { document, run, reused }: Ingested): Answer =>
  accepted({ document: documentView(ctx, document), run: runView(run), reused }, `/v1/documents/${document.id}`);

async function takeIn(
  ctx: UseCaseContext,
  documentId: string,
  bytes: AsyncIterable<Uint8Array>,
  type: string,
): Promise<{ ingested: Ingested; digest: string }> {
  let received = false;
  try {
    const form = await readMultipart(
      bytes,
      type,
      async ({ filename, body }) => {
        const object: ObjectInfo = await receiveUpload(ctx, { documentId, body });
        received = true;
        return { filename, object };
      },
      LONGER,
    );
    const { filename, object } = form.file;
    const ingested = await ingestUpload(ctx, { documentId, object, filename, ...parseFields(form.fields) });
    return { ingested, digest: formDigest(object.sha256, filename, form.fields) };
  } catch (error) {
    const taken = error instanceof RectoError && error.code === 'already_exists';
    if (received && !taken) await discardUpload(ctx, { documentId });
    throw error;
  }
}

function parseFields(fields: ReadonlyMap<string, string>) {
  const { metadata, recording, ...rest } = validate(uploadFormSchema, Object.fromEntries(fields), 'form');
  const parsed =
    metadata === undefined ? {} : validate(metadataSchema, parseJson(Buffer.from(metadata, 'utf8')), 'form');
  if (recording === undefined) return { ...rest, metadata: parsed };
  const instructions = validate(recordingInstructionsSchema, parseJson(Buffer.from(recording, 'utf8')), 'form');
  return { ...rest, metadata: parsed, recording: instructions };
}

/** Digest of a form whose bytes are not kept: to tell whether it is the same request again. */
async function digestForm(bytes: AsyncIterable<Uint8Array>, type: string, same?: Ingested): Promise<string> {
  const form = await readMultipart(
    bytes,
    type,
    async ({ filename, body }) => {
      const hash = createHash('sha256');
      for await (const chunk of body) hash.update(chunk);
      return { filename, sha256: hash.digest('hex') };
    },
    LONGER,
  );
  if (same !== undefined) assertSameRequest(same.document.sha256 ?? '', form.file.sha256);
  return formDigest(form.file.sha256, form.file.filename, form.fields);
}

const formDigest = (sha256: string, filename: string, fields: ReadonlyMap<string, string>): string =>
  digest('POST /v1/documents', sha256, filename, ...[...fields].sort(([a], [b]) => (a < b ? -1 : 1)).flat());
