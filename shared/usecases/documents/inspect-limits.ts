import type { Tenant } from '../../domain/tenant.ts';
import type { Limits } from '../../ports/converter.ts';

/** The tenant's limits as the converter takes them; inspection reads headers only, so it gets little time. */
export function inspectLimits(tenant: Tenant): Limits {
  const { maxPages, maxPixels, maxExpandedBytes, maxArchiveRatio } = tenant.limits;
  return { maxPages, maxPixels, maxExpandedBytes, maxArchiveRatio, maxOutputBytes: 0, timeoutMs: 30_000 };
}
