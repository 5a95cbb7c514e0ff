import { documents } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';
import { oneByOne } from '../maintenance/one-by-one.ts';
import { eraseDocument } from './erase.ts';

/** Finishes erasures that were cut off. At most 100 a call; the count. */
export async function resumeErasures(ctx: UseCaseContext): Promise<number> {
  const { records } = await ctx.ports.store.query(documents, {
    where: [{ field: 'status', op: '==', value: 'erasing' }],
    orderBy: [{ field: 'createdAt', direction: 'asc' }],
    limit: 100,
  });
  // Not one that somebody is erasing right now.
  const before = ctx.platform.clock.now() - 60_000;
  const stale = records.filter(({ data }) => data.updatedAt < before);
  return oneByOne(ctx, 'an erasure', stale, async ({ id }) => void (await eraseDocument(ctx, { id })));
}
