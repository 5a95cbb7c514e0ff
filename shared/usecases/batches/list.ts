import { batches } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';
import { type Listed, listPage, type PageParams } from '../support/page.ts';

/** Newest first; how each stands is in `getBatch`. */
export function listBatches(
  ctx: UseCaseContext,
  input: PageParams,
): Promise<Listed<{ id: string; name: string; createdAt: number }>> {
  return listPage(ctx.ports.store, {
    ...input,
    collection: batches,
    newestBy: 'createdAt',
    view: ({ data: { id, name, createdAt } }) => ({ id, name, createdAt }),
  });
}
