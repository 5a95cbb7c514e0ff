import { runs } from '../../domain/collections.ts';
import type { RunStatus } from '../../domain/run.ts';
import type { UseCaseContext } from '../context.ts';
import { atMostOne, equals, type Listed, listPage, type PageParams } from '../support/page.ts';
import { type RunView, runView } from './view.ts';

/** Newest first. One filter at a time, as the indexes have it. */
export function listRuns(
  ctx: UseCaseContext,
  input: PageParams & {
    status?: RunStatus | undefined;
    documentId?: string | undefined;
    batchId?: string | undefined;
  },
): Promise<Listed<RunView>> {
  const { status, documentId, batchId, ...page } = input;
  atMostOne({ status, documentId, batchId });
  return listPage(ctx.ports.store, {
    ...page,
    collection: runs,
    where: equals({ status, documentId, batchId }),
    newestBy: 'createdAt',
    view: ({ data }) => runView(data),
  });
}
