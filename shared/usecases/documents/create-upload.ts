import { z } from 'zod';
import { documents, uploads } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { recordingInstructionsSchema } from '../../domain/redaction/media.ts';
import { safeFilename } from '../../domain/safe-filename.ts';
import type { SignedUrl } from '../../ports/object-store.ts';
import type { UseCaseContext } from '../context.ts';
import { assertQuota } from '../quotas/check.ts';
import { loadTenant } from '../tenants/load.ts';
import { passwordSecretName, sourceKey } from './ingest.ts';
import { namesOnArrival } from './names-on-arrival.ts';
import { assertRecordingsAllowed } from './recordings-allowed.ts';
import { storeInstructions } from './store-instructions.ts';

/** What a tenant says of a document: at most 50 entries. */
export const metadataSchema = z
  .record(z.string().min(1).max(64), z.string().max(1024))
  .refine((value) => Object.keys(value).length <= 50, 'at most 50 entries');

export const createUploadSchema = z.strictObject({
  filename: z.string().min(1).max(1000),
  contentType: z.string().max(255).default('application/octet-stream'),
  size: z.number().int().min(1).optional(),
  metadata: metadataSchema.default({}),
  password: z.string().max(1024).optional(),
  /** Of audio and video: what goes of it, and what is said in it. */
  recording: recordingInstructionsSchema.optional(),
});
export type CreateUploadInput = z.infer<typeof createUploadSchema>;

const UPLOAD_SECONDS = 3600;

/** Promises a document and hands out a URL to PUT its bytes to; processing starts by itself when they have arrived. */
export async function createUpload(
  ctx: UseCaseContext,
  input: CreateUploadInput,
): Promise<{ document: Document; upload: SignedUrl }> {
  const tenant = await loadTenant(ctx.ports);
  const { maxFileBytes } = tenant.limits;
  if (input.size !== undefined && input.size > maxFileBytes) {
    throw new RectoError(
      'file_too_large',
      `The file has ${input.size} bytes; this tenant may send at most ${maxFileBytes}.`,
      { details: { maxFileBytes } },
    );
  }
  if (input.recording !== undefined) await assertRecordingsAllowed(ctx, tenant, null);
  await assertQuota(ctx, { bytes: input.size ?? 0 });
  const now = ctx.platform.clock.now();
  const documentId = newId('document', now);
  const key = sourceKey(documentId);
  const filename = safeFilename(input.filename);
  const upload = await ctx.ports.objects.signUrl({
    method: 'PUT',
    bucket: 'documents',
    key,
    mediaType: input.contentType,
    maxBytes: input.size ?? maxFileBytes,
    expiresInSeconds: UPLOAD_SECONDS,
  });
  const document: Document = {
    id: documentId,
    filename,
    mediaType: null,
    size: null,
    sha256: null,
    status: 'uploading',
    sourceKey: null,
    source: 'presigned',
    runId: null,
    batchId: null,
    reusedFrom: null,
    documentType: null,
    pages: null,
    error: null,
    metadata: input.metadata,
    redactedNames: await namesOnArrival(ctx, { filename, metadata: input.metadata, mediaType: null }),
    createdAt: now,
    updatedAt: now,
  };
  if (input.password !== undefined) await ctx.ports.secrets.put(passwordSecretName(documentId), input.password);
  if (input.recording !== undefined) await storeInstructions(ctx, documentId, input.recording);
  await ctx.ports.store.transaction(async (tx) => {
    tx.create(documents, { id: documentId }, document);
    tx.create(
      uploads,
      { id: documentId },
      {
        documentId,
        key,
        filename,
        declaredSize: input.size ?? null,
        contentType: input.contentType,
        metadata: input.metadata,
        state: 'waiting',
        // Kept for a day beyond the link, for an arrival that is noticed late.
        expiresAt: upload.expiresAt + 86_400_000,
      },
    );
  });
  return { document, upload };
}
