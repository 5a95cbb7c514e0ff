import { tenants } from '../../domain/collections.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { Platform } from '../../ports/platform.ts';

/** Every tenant, a page at a time; one that fails is logged and the rest go on. */
export async function forEachTenant(platform: Platform, visit: (tenant: Tenant) => Promise<void>): Promise<void> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(platform, cursor);
    for (const { data } of page.records) {
      try {
        await visit(data);
      } catch (error) {
        platform.log.error('maintenance failed for a tenant', { tenantId: data.id, error });
      }
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
}

const readPage = (platform: Platform, cursor: string | null) =>
  platform.system.store.query(tenants, { orderBy: [{ field: 'createdAt', direction: 'asc' }], limit: 200, cursor });
