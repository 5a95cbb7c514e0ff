import { SYSTEM_TENANT } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { UseCaseContext } from '../context.ts';
import { loadTenant } from './load.ts';

/** The principal's own tenant. */
export async function getTenant(ctx: UseCaseContext): Promise<Tenant> {
  if (ctx.ports.tenantId === SYSTEM_TENANT) throw new RectoError('not_found', 'The system is no tenant.');
  return loadTenant(ctx.ports);
}
