import { documents, uploads } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';
import { completeUpload } from '../documents/complete-upload.ts';
import { recordRefusal } from '../documents/record-refusal.ts';
import { oneByOne } from './one-by-one.ts';

const PAGE = 200;

/**
 * Presigned uploads whose arrival went unnoticed (a crash between the bytes and the notification) are completed; those whose
 * link has run out without bytes end as `failed` with `upload_expired`. At most 1,000 a call; one that fails is left to the
 * next.
 */
export async function settleUploads(ctx: UseCaseContext): Promise<{ completed: number; expired: number }> {
  const now = ctx.platform.clock.now();
  const tally = { completed: 0, expired: 0 };
  let cursor: string | null = null;
  for (let seen = 0; seen < 1000; seen += PAGE) {
    const page: Awaited<ReturnType<typeof waiting>> = await waiting(ctx, cursor);
    await oneByOne(ctx, 'an upload', page.records, async ({ id, data }) => {
      const upload = await ctx.ports.store.get(uploads, { id });
      const object =
        upload === null ? null : await ctx.ports.objects.head({ bucket: 'documents', key: upload.data.key });
      if (upload !== null && object !== null) {
        if ((await completeUpload(ctx, { key: upload.data.key, generation: object.generation })) !== null)
          tally.completed += 1;
      } else if (upload === null || upload.data.expiresAt - 86_400_000 < now) {
        const error = new RectoError(
          'upload_expired',
          'The upload link ran out before any bytes arrived. Presign again and PUT the file within the hour.',
        );
        await recordRefusal(ctx, { documentId: id, filename: data.filename, origin: 'presigned', error });
        tally.expired += 1;
      }
    });
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return tally;
}

const waiting = (ctx: UseCaseContext, cursor: string | null) =>
  ctx.ports.store.query(documents, {
    where: [{ field: 'status', op: '==', value: 'uploading' }],
    orderBy: [{ field: 'createdAt', direction: 'asc' }],
    limit: PAGE,
    cursor,
  });
