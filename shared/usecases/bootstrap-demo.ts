import { apiKeys } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { SCOPES } from '../domain/principal.ts';
import type { TenantLimits } from '../domain/tenant.ts';
import type { Platform } from '../ports/platform.ts';
import { issue } from './api-keys/create.ts';
import { createTenant } from './tenants/create.ts';

export const DEMO_TENANT = 'demo';

/**
 * The tenant `demo` and a key with every scope, when they are not there yet. `key` is the new key, to be shown and kept
 * by the caller; null when a key that still works exists and `replace` (the caller has lost it) is not set.
 */
export async function bootstrapDemo(
  platform: Platform,
  limits: Partial<TenantLimits> = {},
  options: { replace?: boolean } = {},
): Promise<{ tenantId: string; key: string | null }> {
  try {
    await createTenant(platform, { id: DEMO_TENANT, name: 'Demo', limits });
  } catch (error) {
    if (!(error instanceof RectoError) || error.code !== 'already_exists') throw error;
  }
  const { store } = platform.forTenant(DEMO_TENANT);
  const now = platform.clock.now();
  const existing = await store.query(apiKeys, { limit: 1000 });
  const works = existing.records.some(
    ({ data }) => data.revokedAt === null && (data.expiresAt === null || data.expiresAt > now),
  );
  if (works && options.replace !== true) return { tenantId: DEMO_TENANT, key: null };
  const { key, record } = issue(now, { name: 'Demo key', scopes: [...SCOPES], expiresAt: null });
  await store.create(apiKeys, { id: record.id }, record);
  return { tenantId: DEMO_TENANT, key };
}
