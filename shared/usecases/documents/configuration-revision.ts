import { createHash } from 'node:crypto';
import { fieldDefinitions, policies, templates } from '../../domain/collections.ts';
import { type PolicyRef, versionAt } from '../../domain/policy.ts';
import { recordingType } from '../../domain/recording-types.ts';
import { DEFAULT_POLICY } from '../../domain/redaction/default-policy.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { PIPELINE_REVISION } from '../../domain/workflows.ts';
import type { TenantPorts } from '../../ports/platform.ts';
import { instructionsDigest } from '../../steps/support/recording-instructions.ts';

export interface Configuration {
  /**
   * Digest of all that shapes a result besides the bytes: steps, settings, policy, the tenant's own fields and templates; of a
   * recording also the rules and the transcript that came with it.
   */
  revision: string;
  /** The version of the policy that the digest speaks of; another may apply when the document is redacted. */
  policy: PolicyRef;
}

export async function configurationOf(
  ports: Pick<TenantPorts, 'store' | 'objects'>,
  tenant: Tenant,
  now: number,
  { documentId, mediaType }: { documentId: string; mediaType: string | null },
): Promise<Configuration> {
  const { store } = ports;
  const [policy, ownFields, ownTemplates] = await Promise.all([
    store.get(policies, { id: tenant.settings.policyId }),
    store.query(fieldDefinitions, { limit: 1000 }),
    store.query(templates, { limit: 1000 }),
  ]);
  const versions = [...ownFields.records, ...ownTemplates.records].map((record) => `${record.id}@${record.version}`);
  const version = policy === null ? DEFAULT_POLICY.version : versionAt(policy.data, now);
  // How long a document is kept is none of its results' business.
  const { retentionDays: _retentionDays, ...shaping } = tenant.settings;
  const parts = [
    PIPELINE_REVISION,
    shaping,
    policy === null ? null : `${policy.id}@${policy.version}/${version}`,
    versions.sort(),
    ...(recordingType(mediaType) === null ? [] : [await instructionsDigest(ports, documentId)]),
  ];
  const revision = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return { revision, policy: { id: tenant.settings.policyId, version } };
}
