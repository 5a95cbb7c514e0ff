import type { Engine } from '../../engine/engine-api.ts';
import type { Platform } from '../../ports/platform.ts';
import { expireDocuments } from '../documents/expire.ts';
import { resumeErasures } from '../documents/resume-erasures.ts';
import { systemContext } from '../system-context.ts';
import { forEachTenant } from './for-each-tenant.ts';
import { removeOrphans } from './remove-orphans.ts';
import { settleUploads } from './settle-uploads.ts';

/**
 * Puts right what crashes and people who never came back left behind, tenant by tenant. Safe to run at any time. `orphans`:
 * also objects of no document, which takes a look at every object there is.
 */
export async function sweep(platform: Platform, engine: Engine, options: { orphans: boolean }): Promise<void> {
  await forEachTenant(platform, async (tenant) => {
    const ctx = systemContext(platform, engine, tenant.id, 'maintenance');
    const uploads = await settleUploads(ctx);
    const erasures = await resumeErasures(ctx);
    const expired = await expireDocuments(ctx, tenant.settings);
    const orphans = options.orphans ? await removeOrphans(ctx) : 0;
    if (uploads.completed + uploads.expired + erasures + expired + orphans > 0)
      platform.log.info('maintenance', {
        ...{ tenantId: tenant.id, completedUploads: uploads.completed, expiredUploads: uploads.expired },
        ...{ erasures, expired, orphans },
      });
  });
}
