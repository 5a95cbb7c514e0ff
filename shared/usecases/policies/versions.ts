import { policyVersions } from '../../domain/collections.ts';
import { type Policy, type PolicyVersion, policyVersionSchema } from '../../domain/policy.ts';
import { DEFAULT_POLICY, DEFAULT_POLICY_ID } from '../../domain/redaction/default-policy.ts';
import { policyVersion } from '../../steps/support/privacy-policy.ts';
import type { UseCaseContext } from '../context.ts';
import { type Listed, listPage, type PageParams } from '../support/page.ts';
import { getPolicy } from './get.ts';

/** Versions of a policy as they were made, newest first. Error: `not_found`. */
export async function listPolicyVersions(
  ctx: UseCaseContext,
  input: PageParams & { id: string },
): Promise<Listed<PolicyVersion>> {
  const policy = await getPolicy(ctx, { id: input.id });
  if (policy.id === DEFAULT_POLICY_ID)
    return { items: [{ policyId: policy.id, version: 1, policy, createdAt: 0 }], nextPageToken: null };
  return listPage(ctx.ports.store, {
    ...input,
    collection: policyVersions,
    where: [{ field: 'policyId', op: '==', value: policy.id }],
    newestBy: 'version',
    view: ({ data }) => policyVersionSchema.parse(data),
  });
}

/** Error: `not_found`, for the policy and for the version. */
export async function getPolicyVersion(ctx: UseCaseContext, input: { id: string; version: number }): Promise<Policy> {
  if (input.id === DEFAULT_POLICY_ID && input.version === DEFAULT_POLICY.version) return DEFAULT_POLICY;
  const policy = await getPolicy(ctx, input);
  return policy.version === input.version ? policy : policyVersion(ctx.ports, input.id, input.version);
}
