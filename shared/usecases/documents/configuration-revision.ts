import { createHash } from 'node:crypto';
import { fieldDefinitions, policies, templates } from '../../domain/collections.ts';
import { versionAt } from '../../domain/policy.ts';
import { recordingType } from '../../domain/recording-types.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { PIPELINE_REVISION } from '../../domain/workflows.ts';
import type { TenantPorts } from '../../ports/platform.ts';
import { instructionsDigest } from '../../steps/support/recording-instructions.ts';

/**
 * Digest of all that shapes a result besides the bytes: steps, settings, policy, the tenant's own fields and templates; of a
 * recording also the rules and the transcript that came with it.
 */
export async function configurationRevision(
  ports: Pick<TenantPorts, 'store' | 'objects'>,
  tenant: Tenant,
  now: number,
  { documentId, mediaType }: { documentId: string; mediaType: string | null },
): Promise<string> {
  const { store } = ports;
  const [policy, ownFields, ownTemplates] = await Promise.all([
    store.get(policies, { id: tenant.settings.policyId }),
    store.query(fieldDefinitions, { limit: 1000 }),
    store.query(templates, { limit: 1000 }),
  ]);
  const versions = [...ownFields.records, ...ownTemplates.records].map((record) => `${record.id}@${record.version}`);
  const parts = [
    PIPELINE_REVISION,
    tenant.settings,
    policy === null ? null : `${policy.id}@${policy.version}/${versionAt(policy.data, now)}`,
    versions.sort(),
    ...(recordingType(mediaType) === null ? [] : [await instructionsDigest(ports, documentId)]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
