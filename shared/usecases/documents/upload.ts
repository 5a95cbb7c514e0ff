import { documents } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import type { RecordingInstructions } from '../../domain/redaction/media.ts';
import type { ObjectInfo } from '../../ports/object-store.ts';
import { getBatch } from '../batches/get.ts';
import type { UseCaseContext } from '../context.ts';
import { assertQuota } from '../quotas/check.ts';
import { getRun } from '../runs/get.ts';
import { loadTenant } from '../tenants/load.ts';
import { type Ingested, ingestDocument, passwordSecretName, sourceKey, storeSource } from './ingest.ts';
import { assertRecordingsAllowed } from './recordings-allowed.ts';
import { discardInstructions, storeInstructions } from './store-instructions.ts';

/**
 * Takes the bytes of an upload in as they come, before anything else of the form is known. Errors: `quota_exceeded`,
 * `file_too_large`, `storage_full`; then nothing is kept.
 */
export async function receiveUpload(
  ctx: UseCaseContext,
  input: { documentId: string; body: AsyncIterable<Uint8Array> },
): Promise<ObjectInfo> {
  await assertQuota(ctx, { bytes: 0 });
  return storeSource(ctx, await loadTenant(ctx.ports), input);
}

/** Makes the document of bytes that have been received. When it fails, the bytes are deleted. */
export async function ingestUpload(
  ctx: UseCaseContext,
  input: {
    documentId: string;
    object: ObjectInfo;
    filename: string;
    metadata: Record<string, string>;
    password?: string | undefined;
    priority?: number | undefined;
    batchId?: string | undefined;
    recording?: RecordingInstructions | undefined;
  },
): Promise<Ingested> {
  if (input.batchId !== undefined) {
    const { batchId } = input;
    await getBatch(ctx, { id: batchId }).catch(async (error: unknown) => {
      await discardUpload(ctx, input);
      throw error;
    });
  }
  if (input.recording !== undefined) {
    await assertRecordingsAllowed(ctx, await loadTenant(ctx.ports), null);
    await storeInstructions(ctx, input.documentId, input.recording);
  }
  return ingestDocument(ctx, {
    source: { kind: 'object', bucket: 'documents', key: input.object.key, generation: input.object.generation },
    filename: input.filename,
    origin: 'api',
    metadata: input.metadata,
    documentId: input.documentId,
    ...(input.password === undefined ? {} : { password: input.password }),
    ...(input.priority === undefined ? {} : { priority: input.priority }),
    ...(input.batchId === undefined ? {} : { batchId: input.batchId }),
  });
}

export async function discardUpload(ctx: UseCaseContext, input: { documentId: string }): Promise<void> {
  await ctx.ports.objects.delete({ bucket: 'documents', key: sourceKey(input.documentId) });
  await ctx.ports.secrets.delete(passwordSecretName(input.documentId));
  await discardInstructions(ctx, input.documentId);
}

/** What an earlier try of the same upload made, if it came that far. */
export async function findUploaded(ctx: UseCaseContext, input: { documentId: string }): Promise<Ingested | null> {
  const found = await ctx.ports.store.get(documents, { id: input.documentId });
  const document: Document | undefined = found?.data;
  if (document === undefined || document.runId === null) return null;
  const run = await getRun(ctx, { id: document.runId });
  return { document, run, reused: document.reusedFrom !== null };
}
