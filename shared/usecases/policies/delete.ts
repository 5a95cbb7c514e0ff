import { policies, policyVersions, tenants } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { DEFAULT_POLICY_ID } from '../../domain/redaction/default-policy.ts';
import { versionId } from '../../steps/support/privacy-policy.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';

/** Errors: `not_found`; `conflict` for the built-in policy and for the one the tenant's settings name. */
export async function deletePolicy(ctx: UseCaseContext, input: { id: string }): Promise<void> {
  const { id } = input;
  if (id === DEFAULT_POLICY_ID) throw new RectoError('conflict', 'The default policy is built in and stays.');
  await ctx.ports.store.transaction(async (tx) => {
    const [found, tenant] = await Promise.all([tx.get(policies, { id }), tx.get(tenants, { id: ctx.ports.tenantId })]);
    if (found === null) throw new RectoError('not_found', `There is no policy ${id}.`);
    if (tenant?.data.settings.policyId === id)
      throw new RectoError('conflict', `The tenant's settings name policy ${id}; choose another there first.`);
    for (let version = 1; version <= Math.max(found.data.versions, found.data.version); version++)
      tx.delete(policyVersions, { id: versionId(id, version) });
    tx.delete(policies, { id });
    recordAudit(tx, ctx, { action: 'policy.deleted', targets: [{ type: 'policy', id }] });
  });
}
