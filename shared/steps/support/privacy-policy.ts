import { policies, tenants } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy.ts';
import { DEFAULT_POLICY, DEFAULT_POLICY_ID } from '../../domain/redaction/default-policy.ts';
import type { OperatorKeys } from '../../domain/redaction/operators/keyed.ts';
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

/** Version of the pseudonym keys while a tenant has not rotated them. */
const FIRST_VERSION = 1;

/** The operators' keys: the tenant's own, which never leave their manager. */
export const operatorKeys = (ports: Pick<TenantPorts, 'keys'>, version = FIRST_VERSION): OperatorKeys => ({
  version,
  mac: (purpose, data) => ports.keys.mac(purpose, new TextEncoder().encode(data)),
});
