import { documents } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';

const GRACE_MS = 24 * 3_600_000;

/**
 * Objects whose document does not exist (a crash between the bytes and the record) or never took them in, older than a
 * day, are deleted. The count.
 */
export async function removeOrphans(ctx: UseCaseContext): Promise<number> {
  let removed = 0;
  for (const bucket of ['documents', 'artifacts'] as const) {
    let cursor: string | null = null;
    const known = new Map<string, boolean>();
    do {
      const page: Awaited<ReturnType<typeof ctx.ports.objects.list>> = await ctx.ports.objects.list({
        bucket,
        limit: 500,
        cursor,
      });
      for (const object of page.objects) {
        if (object.updatedAt > ctx.platform.clock.now() - GRACE_MS) continue;
        const documentId = object.key.split('/')[0] ?? '';
        if (!known.has(documentId)) known.set(documentId, await ownsObjects(ctx, documentId));
        if (known.get(documentId) === true) continue;
        if (await ctx.ports.objects.delete({ bucket, key: object.key, ifGeneration: object.generation })) removed += 1;
      }
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
  return removed;
}

async function ownsObjects(ctx: UseCaseContext, documentId: string): Promise<boolean> {
  const document = await ctx.ports.store.get(documents, { id: documentId });
  return document !== null && (document.data.sourceKey !== null || document.data.status === 'uploading');
}
