import { auditEvents } from '../../domain/collections.ts';
import { newId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { StoreWrites } from '../../ports/document-store.ts';
import type { UseCaseContext } from '../context.ts';

/** Who did what to which, in the transaction that does it: no act without its event, no event without its act. */
export function recordAudit(
  tx: StoreWrites,
  ctx: UseCaseContext,
  event: { action: string; targets: readonly { type: string; id: string }[]; metadata?: JsonObject },
): void {
  const occurredAt = ctx.platform.clock.now();
  const id = newId('audit', occurredAt);
  tx.create(
    auditEvents,
    { id },
    {
      id,
      action: event.action,
      occurredAt,
      actor: { kind: ctx.principal.kind, id: ctx.principal.id },
      targets: [...event.targets],
      requestId: ctx.requestId,
      metadata: event.metadata ?? {},
    },
  );
}
