import { artifacts } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';
import type { Listed, PageParams } from '../support/page.ts';
import { getDocument } from './get.ts';
import { type ArtifactView, artifactView } from './view.ts';

/** What was made of the document, by name. */
export async function listArtifacts(
  ctx: UseCaseContext,
  input: PageParams & { documentId: string },
): Promise<Listed<ArtifactView>> {
  await getDocument(ctx, { id: input.documentId });
  const page = await ctx.ports.store.query(artifacts, {
    where: [{ field: 'documentId', op: '==', value: input.documentId }],
    orderBy: [{ field: 'name', direction: 'asc' }],
    limit: input.pageSize,
    cursor: input.pageToken ?? null,
  });
  return { items: page.records.map(({ data }) => artifactView(data)), nextPageToken: page.nextCursor };
}
