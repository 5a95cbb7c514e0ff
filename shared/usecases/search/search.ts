import { documents } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { SearchHit, SearchParams } from '../../ports/search-index.ts';
import type { UseCaseContext } from '../context.ts';

export interface SearchInput {
  query: string;
  /** `field=value`, `field>=value` and so on. */
  filters: readonly string[];
  documentType?: string | undefined;
  mediaType?: string | undefined;
  pageSize: number;
  pageToken?: string | undefined;
}

type Filter = NonNullable<SearchParams['filters']>[number];

/** File names are found as the policy leaves them in search; whoever may see originals is shown them as they came. */
export async function search(
  ctx: UseCaseContext,
  input: SearchInput,
): Promise<{ items: SearchHit[]; total: number; nextPageToken: string | null }> {
  const { hits, total, nextPageToken } = await ctx.ports.search.search({
    query: input.query,
    filters: input.filters.map(parseFilter),
    ...(input.documentType === undefined ? {} : { documentType: input.documentType }),
    ...(input.mediaType === undefined ? {} : { mediaType: input.mediaType }),
    pageSize: input.pageSize,
    pageToken: input.pageToken ?? null,
  });
  return { items: await named(ctx, hits), total, nextPageToken };
}

async function named({ ports, principal }: UseCaseContext, hits: readonly SearchHit[]): Promise<SearchHit[]> {
  if (!principal.scopes.includes('documents:original')) return [...hits];
  return Promise.all(
    hits.map(async (hit) => {
      const found = await ports.store.get(documents, { id: hit.documentId });
      return found === null ? hit : { ...hit, filename: found.data.filename };
    }),
  );
}

/** `invalid_request` for what is no filter. */
export function parseFilter(text: string): Filter {
  const match = /^([A-Za-z][\w.-]{0,99})(<=|>=|=|<|>)(.{1,500})$/su.exec(text);
  const [, field, op, value] = match ?? [];
  if (field === undefined || value === undefined || !isOperator(op))
    throw new RectoError(
      'invalid_request',
      'A filter is a field name, one of = < <= > >= and a value, such as total>=100 or issueDate>=2026-01-01.',
    );
  return { field, op, value };
}

const isOperator = (op: string | undefined): op is Filter['op'] =>
  op === '=' || op === '<' || op === '<=' || op === '>' || op === '>=';
