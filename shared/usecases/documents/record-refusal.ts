import { documents } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import type { RectoError } from '../../domain/errors.ts';
import { safeFilename } from '../../domain/safe-filename.ts';
import type { UseCaseContext } from '../context.ts';
import { namesOnArrival } from './names-on-arrival.ts';

/**
 * A file that nobody waits for an answer to and that cannot be taken in: its document says why. Idempotent; a promised
 * document that was erased is not brought back.
 */
export async function recordRefusal(
  ctx: UseCaseContext,
  params: {
    documentId: string;
    filename: string;
    origin: Document['source'];
    error: RectoError;
    metadata?: Record<string, string>;
  },
): Promise<void> {
  const now = ctx.platform.clock.now();
  const { error, metadata = {} } = params;
  const filename = safeFilename(params.filename);
  const redactedNames = await namesOnArrival(ctx, { filename, metadata, mediaType: null });
  await ctx.ports.store.transaction(async (tx) => {
    const existing = await tx.get(documents, { id: params.documentId });
    if (existing === null && params.origin === 'presigned') return;
    if (existing !== null && existing.data.status !== 'uploading') return;
    const document: Document = {
      id: params.documentId,
      filename,
      mediaType: null,
      size: null,
      sha256: null,
      sourceKey: null,
      source: params.origin,
      runId: null,
      batchId: null,
      reusedFrom: null,
      documentType: null,
      pages: null,
      metadata,
      redactedNames,
      createdAt: now,
      ...existing?.data,
      status: 'failed',
      error: { code: error.code, message: error.message, class: error.class },
      updatedAt: now,
    };
    tx.put(documents, { id: params.documentId }, document);
  });
  ctx.platform.log.warn('file refused', {
    tenantId: ctx.ports.tenantId,
    documentId: params.documentId,
    code: error.code,
  });
}
