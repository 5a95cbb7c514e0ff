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
export const bootstrapDemo = (
  platform: Platform,
  limits: Partial<TenantLimits> = {},
  options: { replace?: boolean } = {},
): Promise<{ tenantId: string; key: string | null }> =>
  bootstrapTenant(platform, { id: DEMO_TENANT, name: 'Demo', limits, ...options });

/** The same for a tenant of another name. `keep` is given the new key before it works: what it cannot keep never does. */
export async function bootstrapTenant(
  platform: Platform,
  params: {
    id: string;
    name: string;
    limits?: Partial<TenantLimits>;
    replace?: boolean;
    keep?: (key: string) => Promise<void>;
  },
): Promise<{ tenantId: string; key: string | null }> {
  const { id: tenantId, name, limits = {} } = params;
  try {
    await createTenant(platform, { id: tenantId, name, limits });
  } catch (error) {
    if (!(error instanceof RectoError) || error.code !== 'already_exists') throw error;
  }
  const { store } = platform.forTenant(tenantId);
  const now = platform.clock.now();
  const existing = await store.query(apiKeys, { limit: 1000 });
  const works = existing.records.some(
    ({ data }) => data.revokedAt === null && (data.expiresAt === null || data.expiresAt > now),
  );
  if (works && params.replace !== true) return { tenantId, key: null };
  const { key, record } = issue(now, { name: `${name} key`, scopes: [...SCOPES], expiresAt: null });
  await params.keep?.(key);
  await store.create(apiKeys, { id: record.id }, record);
  return { tenantId, key };
}
