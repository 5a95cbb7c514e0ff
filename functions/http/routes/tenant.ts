import { z } from 'zod';
import { auditEventSchema } from '#shared/domain/records.ts';
import { tenantSchema } from '#shared/domain/tenant.ts';
import { listAuditEvents } from '#shared/usecases/audit/list.ts';
import { invalidateReuse, invalidateReuseSchema } from '#shared/usecases/reuse/invalidate.ts';
import { getTenant } from '#shared/usecases/tenants/get.ts';
import { updateSettingsSchema, updateTenantSettings } from '#shared/usecases/tenants/update-settings.ts';
import { ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging } from './schemas.ts';

components.add(tenantSchema, { id: 'Tenant' });
components.add(auditEventSchema, { id: 'AuditEvent' });

const tag = 'Tenant';

const get = route({
  id: 'getTenant',
  method: 'get',
  path: '/v1/tenant',
  access: 'authenticated',
  tag,
  summary: 'Read the own tenant: settings and limits',
  answers: { 200: { description: 'The tenant', schema: tenantSchema } },
  handle: async ({ ctx }) => ok(await getTenant(ctx)),
});

const update = route({
  id: 'updateTenant',
  method: 'patch',
  path: '/v1/tenant',
  access: { scope: 'tenant:manage' },
  tag,
  summary: 'Change the settings of the own tenant',
  description:
    'Limits are the operator’s to change. Results made under other settings are not reused. `recordings`: whether audio and video are taken in; `not_configured` where nothing can redact them.',
  body: updateSettingsSchema,
  answers: { 200: { description: 'The tenant', schema: tenantSchema } },
  handle: async ({ ctx, body, services }) => {
    const tenant = await updateTenantSettings(ctx, body);
    services.authenticator.forget({ tenantId: tenant.id });
    return ok(tenant);
  },
});

const invalidate = route({
  id: 'invalidateReuse',
  method: 'post',
  path: '/v1/reuse/invalidate',
  access: { scope: 'tenant:manage' },
  tag,
  summary: 'Stop reusing finished results',
  description: 'Of all content, of one content by its SHA-256, or of one document. `invalidated` is null for all.',
  body: invalidateReuseSchema,
  answers: { 200: { description: 'Done', schema: z.object({ invalidated: z.number().int().nullable() }) } },
  handle: async ({ ctx, body }) => ok(await invalidateReuse(ctx, body)),
});

const audit = route({
  id: 'listAuditEvents',
  method: 'get',
  path: '/v1/audit-events',
  access: { scope: 'audit:read' },
  tag,
  summary: 'Who did what, newest first',
  query: z.strictObject({ ...paging, action: z.string().min(1).max(100).optional() }),
  answers: listAnswer('Audit events', auditEventSchema),
  handle: async ({ ctx, query }) => ok(await listAuditEvents(ctx, query)),
});

export const tenantRoutes: readonly Route[] = [get, update, invalidate, audit];
