import { tenants } from '../../domain/collections.ts';
import type { Transaction } from '../../ports/document-store.ts';

/** How long this tenant's finished results may be reused, ms. */
export async function resultTtlMs(tx: Transaction, tenantId: string): Promise<number> {
  const tenant = await tx.get(tenants, { id: tenantId });
  return (tenant?.data.settings.reuseTtlSeconds ?? 0) * 1000;
}
