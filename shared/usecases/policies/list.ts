import { policies } from '../../domain/collections.ts';
import { type Policy, policySchema } from '../../domain/policy.ts';
import { DEFAULT_POLICY } from '../../domain/redaction/default-policy.ts';
import type { UseCaseContext } from '../context.ts';
import { type Listed, listPage, type PageParams } from '../support/page.ts';

/** The tenant's own, newest first; the built-in one closes the last page. */
export async function listPolicies(ctx: UseCaseContext, input: PageParams): Promise<Listed<Policy>> {
  const listed = await listPage(ctx.ports.store, {
    ...input,
    collection: policies,
    newestBy: 'createdAt',
    view: ({ data }) => policySchema.parse(data),
  });
  return listed.nextPageToken === null ? { ...listed, items: [...listed.items, DEFAULT_POLICY] } : listed;
}
