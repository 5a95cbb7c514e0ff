import { documents } from '../../domain/collections.ts';
import { toRectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';
import { type DroppedFile, droppedDocumentId, droppedFilename, droppedMetadata } from './dropped-file.ts';
import { type Ingested, ingestDocument } from './ingest.ts';
import { recordRefusal } from './record-refusal.ts';

/**
 * A file that appeared in the incoming bucket. The document id follows from the file and its generation, so that a
 * notification delivered twice, or a schedule that sees the same file, is taken in once: then the answer is null.
 * A file that cannot be taken in leaves a `failed` document with the reason; transient errors are thrown.
 */
export async function ingestDropped(
  ctx: UseCaseContext,
  input: DroppedFile & { origin: 'bucket' | 'schedule' },
): Promise<Ingested | null> {
  const documentId = droppedDocumentId(ctx.ports.tenantId, input);
  // Known already: not a byte of it is copied or looked at again, each time that a schedule comes by.
  if ((await ctx.ports.store.get(documents, { id: documentId })) !== null) return null;
  const filename = droppedFilename(input.key);
  const metadata = droppedMetadata(input.key);
  try {
    return await ingestDocument(ctx, {
      source: { kind: 'object', bucket: 'incoming', key: input.key, generation: input.generation },
      filename,
      metadata,
      origin: input.origin,
      documentId,
    });
  } catch (thrown) {
    const error = toRectoError(thrown);
    if (error.code === 'already_exists') return null;
    // Gone or replaced before we came: there is nothing to refuse.
    if (error.code === 'not_found') return null;
    if (error.class === 'transient') throw error;
    await recordRefusal(ctx, { documentId, filename, metadata, origin: input.origin, error });
    return null;
  }
}
