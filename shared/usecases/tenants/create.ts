import { z } from 'zod';
import { tenants } from '../../domain/collections.ts';
import { tenantIdSchema } from '../../domain/ids.ts';
import { type Tenant, type TenantLimits, tenantLimitsSchema, tenantSettingsSchema } from '../../domain/tenant.ts';
import type { Platform } from '../../ports/platform.ts';

export const createTenantSchema = z.strictObject({
  id: tenantIdSchema,
  name: z.string().min(1).max(200),
  limits: tenantLimitsSchema.partial().optional(),
});

/** A new tenant with default settings. The operator's act: no tenant's principal may. Fails with `already_exists`. */
export async function createTenant(
  platform: Platform,
  input: { id: string; name: string; limits?: Partial<TenantLimits> | undefined },
): Promise<Tenant> {
  const tenant: Tenant = {
    id: tenantIdSchema.parse(input.id),
    name: input.name,
    status: 'active',
    limits: tenantLimitsSchema.parse(input.limits ?? {}),
    settings: tenantSettingsSchema.parse({}),
    createdAt: platform.clock.now(),
  };
  await platform.forTenant(tenant.id).store.create(tenants, { id: tenant.id }, tenant);
  return tenant;
}
