import { schedules } from '../../domain/collections.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { getSchedule } from './get.ts';

/** The trigger goes first: a tick that slips through finds no schedule and does nothing. */
export async function deleteSchedule(ctx: UseCaseContext, input: { id: string }): Promise<void> {
  const { id } = await getSchedule(ctx, input);
  await ctx.ports.scheduler.remove(id);
  await ctx.ports.store.transaction(async (tx) => {
    tx.delete(schedules, { id });
    recordAudit(tx, ctx, { action: 'schedule.deleted', targets: [{ type: 'schedule', id }] });
  });
}
