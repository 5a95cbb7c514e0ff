import { policies, tenants } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy.ts';
import { DEFAULT_POLICY, DEFAULT_POLICY_ID } from '../../domain/redaction/default-policy.ts';
import type { HashValue } from '../../domain/redaction/operators.ts';
import type { TenantPorts } from '../../ports/platform.ts';

/**
 * The policy named, else the tenant's own, else the built-in one. Errors: `not_configured` when a policy that is named does
 * not exist: redacting by another one would be a guess.
 */
export async function privacyPolicy(ports: TenantPorts, policyId?: string): Promise<Policy> {
  const wanted =
    policyId ?? (await ports.store.get(tenants, { id: ports.tenantId }))?.data.settings.policyId ?? DEFAULT_POLICY_ID;
  if (wanted === DEFAULT_POLICY_ID) return DEFAULT_POLICY;
  const found = await ports.store.get(policies, { id: wanted });
  if (found !== null) return found.data;
  throw new RectoError(
    policyId === undefined ? 'not_configured' : 'not_found',
    `There is no privacy policy ${wanted}; choose one of /v1/policies in the tenant's settings.`,
  );
}

/** Digest by the tenant's own key: stable within the tenant, unrelated to any other's. */
export const hashWith =
  (ports: Pick<TenantPorts, 'keys'>): HashValue =>
  async (value) =>
    Buffer.from(await ports.keys.mac('redaction-hash', new TextEncoder().encode(value))).toString('hex');
