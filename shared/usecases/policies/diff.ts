import { type PolicyChange, policyDiff } from '../../domain/redaction/policy-diff.ts';
import type { UseCaseContext } from '../context.ts';
import { getPolicyVersion } from './versions.ts';

/** What differs between two versions of a policy. Error: `not_found`. */
export async function diffPolicy(
  ctx: UseCaseContext,
  input: { id: string; from: number; to: number },
): Promise<{ changes: PolicyChange[] }> {
  const [before, after] = await Promise.all([
    getPolicyVersion(ctx, { id: input.id, version: input.from }),
    getPolicyVersion(ctx, { id: input.id, version: input.to }),
  ]);
  return { changes: policyDiff(before, after) };
}
