import type { UseCaseContext } from '../context.ts';
import { completeUpload } from './complete-upload.ts';
import type { Ingested } from './ingest.ts';
import { ingestDropped } from './ingest-dropped.ts';

/** An object is complete in a bucket that takes files in; null when there was nothing (more) to do. */
export async function objectArrived(
  ctx: UseCaseContext,
  input: { bucket: string; key: string },
): Promise<Ingested | null> {
  if (input.bucket !== 'incoming' && input.bucket !== 'documents') return null;
  const info = await ctx.ports.objects.head({ bucket: input.bucket, key: input.key });
  if (info === null) return null;
  if (input.bucket === 'documents') return completeUpload(ctx, { key: input.key, generation: info.generation });
  return ingestDropped(ctx, {
    key: input.key,
    generation: info.generation,
    updatedAt: info.updatedAt,
    origin: 'bucket',
  });
}
