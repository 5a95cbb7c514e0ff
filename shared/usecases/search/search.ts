import { documents } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { indexName } from '../../domain/redaction/names.ts';
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
  const asTheyCame = principal.scopes.includes('documents:original');
  return Promise.all(
    hits.map(async (hit) => {
      const found = await ports.store.get(documents, { id: hit.documentId });
      if (found === null) return hit;
      return asTheyCame ? { ...hit, filename: found.data.filename } : withName(hit, indexName(found.data));
    }),
  );
}

/** An entry from before names followed the policy has the name as it came, and a snippet of no page may be made of it. */
function withName(hit: SearchHit, filename: string): SearchHit {
  if (hit.filename === filename) return hit;
  return { ...hit, filename, snippet: hit.page === null ? { text: filename, highlights: [] } : hit.snippet };
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
