import { auditEvents } from '../domain/collections.ts';
import { newId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { Transaction } from '../ports/document-store.ts';

/** Who is behind an id such as `key_…`; what is no known kind of id is the platform itself. */
function actorOf(by: string): { kind: string; id: string } {
  const kind = by.startsWith('key_')
    ? 'apiKey'
    : by.startsWith('usr_')
      ? 'user'
      : by.startsWith('dev_')
        ? 'device'
        : 'system';
  return { kind, id: by };
}

/** Writes who did what, in the transaction that does it. */
export function auditEvent(
  tx: Transaction,
  now: number,
  event: {
    action: string;
    by: string;
    targets: { type: string; id: string }[];
    requestId: string | null;
    metadata?: Record<string, Json>;
  },
): void {
  const id = newId('audit', now);
  tx.create(
    auditEvents,
    { id },
    {
      id,
      action: event.action,
      occurredAt: now,
      actor: actorOf(event.by),
      targets: event.targets,
      requestId: event.requestId,
      metadata: event.metadata ?? {},
    },
  );
}
