import { tenants } from '../../domain/collections.ts';
import {
  type TenantLimits,
  type TenantSettings,
  tenantLimitsSchema,
  tenantSettingsSchema,
} from '../../domain/tenant.ts';
import type { StepContext } from '../../engine/step.ts';
import type { Limits } from '../../ports/converter.ts';

/** The tenant's limits and settings; the defaults where there is no record of the tenant. */
export async function stepTenant(
  ctx: Pick<StepContext, 'ports'>,
): Promise<{ limits: TenantLimits; settings: TenantSettings }> {
  const found = await ctx.ports.store.get(tenants, { id: ctx.ports.tenantId });
  return found === null
    ? { limits: tenantLimitsSchema.parse({}), settings: tenantSettingsSchema.parse({}) }
    : { limits: found.data.limits, settings: found.data.settings };
}

/** What the converter may spend on one call for this tenant. `timeoutMs` is of that call. */
export async function stepLimits(ctx: Pick<StepContext, 'ports'>, timeoutMs = 300_000): Promise<Limits> {
  return converterLimits((await stepTenant(ctx)).limits, timeoutMs);
}

export const converterLimits = (limits: TenantLimits, timeoutMs: number): Limits => ({
  maxPages: limits.maxPages,
  maxPixels: limits.maxPixels,
  maxExpandedBytes: limits.maxExpandedBytes,
  maxArchiveRatio: limits.maxArchiveRatio,
  maxOutputBytes: limits.maxExpandedBytes,
  timeoutMs,
});
