import { policies, policyVersions, tenants } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { type Policy, type PolicyRef, policySchema, versionAt } from '../../domain/policy.ts';
import { DEFAULT_POLICY, DEFAULT_POLICY_ID } from '../../domain/redaction/default-policy.ts';
import type { OperatorKeys } from '../../domain/redaction/operators/keyed.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TenantPorts } from '../../ports/platform.ts';

/**
 * The policy named, else the tenant's own, else the built-in one. Errors: `not_configured` when a policy that is named does
 * not exist: redacting by another one would be a guess.
 */
export async function privacyPolicy(
  { ports, clock }: { ports: TenantPorts; clock: Clock },
  policyId?: string,
): Promise<Policy> {
  const wanted =
    policyId ?? (await ports.store.get(tenants, { id: ports.tenantId }))?.data.settings.policyId ?? DEFAULT_POLICY_ID;
  if (wanted === DEFAULT_POLICY_ID) return DEFAULT_POLICY;
  const found = await ports.store.get(policies, { id: wanted });
  if (found !== null) {
    const version = versionAt(found.data, clock.now());
    return version === found.data.version ? policySchema.parse(found.data) : policyVersion(ports, wanted, version);
  }
  throw new RectoError(
    policyId === undefined ? 'not_configured' : 'not_found',
    `There is no privacy policy ${wanted}; choose one of /v1/policies in the tenant's settings.`,
  );
}

export const versionId = (policyId: string, version: number): string => `${policyId}@${version}`;

/** A version as it was made. Error: `not_found`. */
export async function policyVersion(
  ports: Pick<TenantPorts, 'store'>,
  policyId: string,
  version: number,
): Promise<Policy> {
  const found = await ports.store.get(policyVersions, { id: versionId(policyId, version) });
  // One that an earlier release has kept lacks what came since.
  if (found !== null) return policySchema.parse(found.data.policy);
  throw new RectoError('not_found', `Policy ${policyId} has no version ${version}; GET its versions for those it has.`);
}

/** The policy that a report names, as it was. Error: `not_found`. */
export const policyOf = async (ports: Pick<TenantPorts, 'store'>, { id, version }: PolicyRef): Promise<Policy> =>
  id === DEFAULT_POLICY_ID ? DEFAULT_POLICY : policyVersion(ports, id, version);

/** Version of the pseudonym keys while a tenant has not rotated them. */
const FIRST_VERSION = 1;

/** The operators' keys: the tenant's own, which never leave their manager. */
export const operatorKeys = (ports: Pick<TenantPorts, 'keys'>, version = FIRST_VERSION): OperatorKeys => ({
  version,
  mac: (purpose, data) => ports.keys.mac(purpose, new TextEncoder().encode(data)),
});
