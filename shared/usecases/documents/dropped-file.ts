import { deterministicId } from '../../domain/deterministic-id.ts';
import type { Document } from '../../domain/document.ts';
import { toRectoError } from '../../domain/errors.ts';
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

/** Deletes the file that the document was made of, if it lies there still and is the same. */
export async function removeDropped(ctx: UseCaseContext, document: Document): Promise<void> {
  const { key } = document.metadata;
  if (key === undefined || (document.source !== 'bucket' && document.source !== 'schedule')) return;
  const info = await ctx.ports.objects.head({ bucket: 'incoming', key });
  if (info === null || droppedDocumentId(ctx.ports.tenantId, info) !== document.id) return;
  try {
    await ctx.ports.objects.delete({ bucket: 'incoming', key, ifGeneration: info.generation });
  } catch (error) {
    // Another file has been put there since: that one is a document of its own.
    if (toRectoError(error).code !== 'precondition_failed') throw error;
  }
}
