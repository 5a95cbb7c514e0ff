import { deadLetters } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import type { DeadLetter } from '../domain/run.ts';
import { auditEvent } from './audit.ts';
import type { EngineCore } from './core.ts';

/** Gives a dead letter up; it stays on record. Discarding again changes nothing. Errors: `not_found`, `conflict` once redriven. */
export async function discardDeadLetter(
  core: EngineCore,
  tenantId: string,
  id: string,
  by: string,
  requestId: string | null,
): Promise<DeadLetter> {
  return core.ports(tenantId).store.transaction(async (tx) => {
    const found = await tx.get(deadLetters, { id });
    if (found === null) throw new RectoError('not_found', `There is no dead letter ${id}.`);
    if (found.data.status === 'discarded') return found.data;
    if (found.data.status === 'redriven')
      throw new RectoError('conflict', `Dead letter ${id} was redriven; it is no longer there to be discarded.`);
    const now = core.platform.clock.now();
    const discarded: DeadLetter = {
      ...found.data,
      status: 'discarded',
      resolvedAt: now,
      resolvedBy: by,
      redriveAt: null,
    };
    tx.put(deadLetters, { id }, discarded);
    auditEvent(tx, now, { action: 'deadletter.discarded', by, targets: [{ type: 'deadLetter', id }], requestId });
    return discarded;
  });
}
