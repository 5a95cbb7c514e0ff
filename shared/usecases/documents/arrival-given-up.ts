import { RectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';
import { droppedDocumentId, droppedFilename, droppedMetadata } from './dropped-file.ts';
import { recordRefusal } from './record-refusal.ts';

/**
 * The notification of a dropped file could not be handled in all its tries (a quota that stayed used up, a disk that stayed
 * full): its document says so, for nobody will be told of the file again. Presigned uploads are found by the sweep instead.
 */
export async function arrivalGivenUp(ctx: UseCaseContext, input: { bucket: string; key: string }): Promise<void> {
  if (input.bucket !== 'incoming') return;
  const info = await ctx.ports.objects.head({ bucket: 'incoming', key: input.key });
  if (info === null) return;
  await recordRefusal(ctx, {
    documentId: droppedDocumentId(ctx.ports.tenantId, info),
    filename: droppedFilename(input.key),
    metadata: droppedMetadata(input.key),
    origin: 'bucket',
    error: new RectoError(
      'overloaded',
      'The file could not be taken in for a long time (a quota used up, the storage full or the platform overloaded). Put it into the bucket again.',
      { class: 'permanent' },
    ),
  });
}
