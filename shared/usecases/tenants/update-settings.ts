import { z } from 'zod';
import { policies, tenants } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { recordingsNotConfigured } from '../documents/recordings-allowed.ts';

/** What a tenant may change about itself; limits are the operator's. */
export const updateSettingsSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  indexText: z.enum(['redacted', 'original']).optional(),
  policyId: z.string().min(1).max(64).optional(),
  reuseTtlSeconds: z.number().int().min(0).max(31_536_000).optional(),
  ocrModel: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}(?:\/[A-Za-z0-9._-]{1,64}){0,3}$/)
    .nullable()
    .optional(),
  /** Whether audio and video are taken in; refused while nothing here can redact them. */
  recordings: z.boolean().optional(),
  retentionDays: z.number().int().min(1).max(36_500).nullable().optional(),
});
export type UpdateSettings = z.infer<typeof updateSettingsSchema>;

/** Errors: `not_found`, `invalid_request` for a policy that is not there, `not_configured` for recordings that nothing here can redact. */
export async function updateTenantSettings(ctx: UseCaseContext, input: UpdateSettings): Promise<Tenant> {
  const { name, ...given } = input;
  if (given.recordings === true && !(await ctx.platform.media.available())) throw recordingsNotConfigured();
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(tenants, { id: ctx.ports.tenantId });
    if (found === null) throw new RectoError('not_found', 'This tenant does not exist any more.');
    if (input.policyId !== undefined && input.policyId !== 'default') {
      const policy = await tx.get(policies, { id: input.policyId });
      if (policy === null)
        throw new RectoError(
          'invalid_request',
          `There is no policy ${input.policyId}; create it first or name "default".`,
        );
    }
    const tenant: Tenant = {
      ...found.data,
      name: name ?? found.data.name,
      settings: { ...found.data.settings, ...changes },
    };
    tx.put(tenants, { id: tenant.id }, tenant);
    recordAudit(tx, ctx, {
      action: 'tenant.updated',
      targets: [{ type: 'tenant', id: tenant.id }],
      metadata: { changed: Object.keys(input).sort() },
    });
    return tenant;
  });
}
