import { deterministicId } from '../../domain/deterministic-id.ts';
import type { Document } from '../../domain/document.ts';
import { toRectoError } from '../../domain/errors.ts';
import type { ObjectInfo } from '../../ports/object-store.ts';
import type { UseCaseContext } from '../context.ts';

/** One state of a file in the incoming bucket. */
export interface DroppedFile {
  key: string;
  generation: string;
  updatedAt: number;
}

/** Follows from tenant, bucket, key and generation: what is noticed twice is taken in once. */
export const droppedDocumentId = (tenantId: string, { key, generation, updatedAt }: DroppedFile): string =>
  deterministicId('document', updatedAt, tenantId, 'incoming', key, generation);

/** What a document keeps of where it was dropped. */
export const droppedMetadata = (key: string): Record<string, string> => ({ key: key.slice(0, 1024) });

export const droppedFilename = (key: string): string => key.split('/').at(-1) ?? key;

/** The file that the document was made of, if it lies there still and is the same; else null. */
export async function droppedObject(ctx: UseCaseContext, document: Document): Promise<ObjectInfo | null> {
  const { key } = document.metadata;
  if (key === undefined || (document.source !== 'bucket' && document.source !== 'schedule')) return null;
  const info = await ctx.ports.objects.head({ bucket: 'incoming', key });
  return info === null || droppedDocumentId(ctx.ports.tenantId, info) !== document.id ? null : info;
}

/** Deletes that file. */
export async function removeDropped(ctx: UseCaseContext, document: Document): Promise<void> {
  const info = await droppedObject(ctx, document);
  if (info === null) return;
  try {
    await ctx.ports.objects.delete({ bucket: 'incoming', key: info.key, ifGeneration: info.generation });
  } catch (error) {
    // Another file has been put there since: that one is a document of its own.
    if (toRectoError(error).code !== 'precondition_failed') throw error;
  }
}
