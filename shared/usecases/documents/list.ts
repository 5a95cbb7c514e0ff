import { documents } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import type { UseCaseContext } from '../context.ts';
import { atMostOne, equals, type Listed, listPage, type PageParams } from '../support/page.ts';
import { type DocumentView, documentView } from './view.ts';

/** Newest first. One filter at a time, as the indexes have it. */
export function listDocuments(
  ctx: UseCaseContext,
  input: PageParams & { status?: Document['status'] | undefined; batchId?: string | undefined },
): Promise<Listed<DocumentView>> {
  const { status, batchId, ...page } = input;
  atMostOne({ status, batchId });
  return listPage(ctx.ports.store, {
    ...page,
    collection: documents,
    where: equals({ status, batchId }),
    newestBy: 'createdAt',
    view: ({ data }) => documentView(ctx, data),
  });
}
