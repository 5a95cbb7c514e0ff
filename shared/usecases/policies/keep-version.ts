import { policyVersions } from '../../domain/collections.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Transaction } from '../../ports/document-store.ts';
import { versionId } from '../../steps/support/privacy-policy.ts';

/** Keeps a version of a policy as it was made, in the transaction that makes it; versions never change. */
export function keepVersion(tx: Transaction, policy: Policy, now: number): void {
  const { id, version } = policy;
  tx.create(
    policyVersions,
    { id: versionId(id, version) },
    { policyId: id, version, policy: { ...policy, planned: [] }, createdAt: now },
  );
}
