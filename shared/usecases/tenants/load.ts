import { tenants } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { type Tenant, tenantSchema } from '../../domain/tenant.ts';
import type { TenantPorts } from '../../ports/platform.ts';

/** The tenant's record; `not_found` when there is none, `forbidden` when it is suspended. */
export async function loadTenant(ports: TenantPorts): Promise<Tenant> {
  const found = await ports.store.get(tenants, { id: ports.tenantId });
  if (found === null) throw new RectoError('not_found', `There is no tenant ${ports.tenantId}; create it first.`);
  if (found.data.status === 'suspended')
    throw new RectoError('forbidden', `The tenant ${ports.tenantId} is suspended; ask the operator to reactivate it.`);
  return tenantSchema.parse(found.data);
}
