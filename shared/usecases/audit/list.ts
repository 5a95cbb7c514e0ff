import { auditEvents } from '../../domain/collections.ts';
import type { AuditEvent } from '../../domain/records.ts';
import type { UseCaseContext } from '../context.ts';
import { equals, type Listed, listPage, type PageParams } from '../support/page.ts';

/** What was done in the tenant, newest first. */
export function listAuditEvents(
  ctx: UseCaseContext,
  input: PageParams & { action?: string | undefined },
): Promise<Listed<AuditEvent>> {
  return listPage(ctx.ports.store, {
    ...input,
    collection: auditEvents,
    where: equals({ action: input.action }),
    newestBy: 'occurredAt',
    view: ({ data }) => data,
  });
}
