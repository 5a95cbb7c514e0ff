import { idempotency } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';
import { idempotencyRecordId } from './record-id.ts';

/** Short, as it is renewed: after a crash the same request may be made again this soon. */
export const LEASE_MS = 20_000;

/**
 * Keeps the claim on an Idempotency-Key while its request is under way, however long that takes. Returns how to stop;
 * call it before the outcome is written.
 */
export function holdIdempotent(ctx: UseCaseContext, input: { key: string; documentId: string }): () => void {
  const { clock, log } = ctx.platform;
  const id = idempotencyRecordId(ctx, input.key);
  let stopped = false;
  let cancel = (): void => undefined;
  const renew = async (): Promise<void> => {
    try {
      await ctx.ports.store.transaction(async (tx) => {
        const found = await tx.get(idempotency, { id });
        if (stopped || found?.data.state !== 'running') return;
        const body = JSON.stringify({ leaseUntil: clock.now() + LEASE_MS, documentId: input.documentId });
        tx.put(idempotency, { id }, { ...found.data, body });
      });
    } catch (error) {
      log.warn('the claim on an Idempotency-Key could not be renewed', {
        requestId: ctx.requestId,
        error: String(error),
      });
    }
    schedule();
  };
  const schedule = (): void => {
    if (!stopped) cancel = clock.after(LEASE_MS / 3, () => void renew());
  };
  schedule();
  return () => {
    stopped = true;
    cancel();
  };
}
