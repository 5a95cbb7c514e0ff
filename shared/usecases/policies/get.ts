import { policies } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { type Policy, policySchema } from '../../domain/policy.ts';
import { DEFAULT_POLICY, DEFAULT_POLICY_ID } from '../../domain/redaction/default-policy.ts';
import type { UseCaseContext } from '../context.ts';

/** `default` is the built-in one. */
export async function getPolicy(ctx: UseCaseContext, input: { id: string }): Promise<Policy> {
  if (input.id === DEFAULT_POLICY_ID) return DEFAULT_POLICY;
  const found = await ctx.ports.store.get(policies, { id: input.id });
  if (found === null) throw new RectoError('not_found', `There is no policy ${input.id}.`);
  return policySchema.parse(found.data);
}
