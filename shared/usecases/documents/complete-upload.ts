import { documents, uploads } from '../../domain/collections.ts';
import { RectoError, toRectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';
import { type Ingested, ingestDocument, passwordSecretName } from './ingest.ts';
import { recordRefusal } from './record-refusal.ts';

/**
 * The bytes of a presigned upload have arrived. Idempotent: a second notification finds the document taken in and answers
 * null. A file that cannot be taken in leaves its document `failed` with the reason; transient errors are thrown.
 */
export async function completeUpload(
  ctx: UseCaseContext,
  input: { key: string; generation: string },
): Promise<Ingested | null> {
  const documentId = input.key.split('/')[0] ?? '';
  const [upload, document] = await Promise.all([
    ctx.ports.store.get(uploads, { id: documentId }),
    ctx.ports.store.get(documents, { id: documentId }),
  ]);
  if (upload === null || document === null || document.data.status !== 'uploading') return null;
  const password = await ctx.ports.secrets.get(passwordSecretName(documentId));
  const { filename, metadata, declaredSize, key } = upload.data;
  try {
    const arrived = await ctx.ports.objects.head({ bucket: 'documents', key });
    if (arrived !== null && declaredSize !== null && arrived.size !== declaredSize) {
      await ctx.ports.objects.delete({ bucket: 'documents', key });
      throw new RectoError(
        'upload_incomplete',
        `The upload has ${arrived.size} bytes where ${declaredSize} were declared. Presign again and send the whole file.`,
      );
    }
    const ingested = await ingestDocument(ctx, {
      source: { kind: 'object', bucket: 'documents', key, generation: input.generation },
      filename,
      metadata,
      password,
      origin: 'presigned',
      documentId,
    });
    await noteIngested(ctx, documentId);
    return ingested;
  } catch (thrown) {
    const error = toRectoError(thrown);
    if (error.code === 'already_exists') return null;
    if (error.class === 'transient') throw error;
    await recordRefusal(ctx, { documentId, filename, origin: 'presigned', error });
    return null;
  }
}

/** Of a document that was erased meanwhile the record, which has its names, does not come back. */
async function noteIngested(ctx: UseCaseContext, documentId: string): Promise<void> {
  await ctx.ports.store.transaction(async (tx) => {
    const [upload, document] = [await tx.get(uploads, { id: documentId }), await tx.get(documents, { id: documentId })];
    if (upload === null || document === null || document.data.status === 'erasing') return;
    tx.put(uploads, { id: documentId }, { ...upload.data, state: 'ingested' });
  });
}
