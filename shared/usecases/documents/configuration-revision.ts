import { createHash } from 'node:crypto';
import { fieldDefinitions, policies, templates } from '../../domain/collections.ts';
import { versionAt } from '../../domain/policy.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { PIPELINE_REVISION } from '../../domain/workflows.ts';
import type { DocumentStore } from '../../ports/document-store.ts';

/** Digest of all that shapes a result besides the bytes: steps, settings, policy, the tenant's own fields and templates. */
export async function configurationRevision(store: DocumentStore, tenant: Tenant, now: number): Promise<string> {
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
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
