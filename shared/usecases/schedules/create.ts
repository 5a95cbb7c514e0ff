import { z } from 'zod';
import { documents, schedules } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { idSchema, newId } from '../../domain/ids.ts';
import type { Schedule } from '../../domain/records.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';

export const cronSchema = z.string().min(1).max(100);
export const timeZoneSchema = z.string().min(1).max(64);

export const createScheduleSchema = z.strictObject({
  name: z.string().min(1).max(200),
  /** Five fields or an @macro. */
  cron: cronSchema,
  /** IANA name, such as Europe/Berlin. */
  timeZone: timeZoneSchema.default('UTC'),
  target: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('ingest-prefix'), prefix: z.string().max(500) }),
    z.strictObject({ kind: z.literal('reprocess'), documentId: idSchema('document') }),
  ]),
  enabled: z.boolean().default(true),
});
export type CreateSchedule = z.infer<typeof createScheduleSchema>;

const MAX_SCHEDULES = 100;

/** A cron trigger. Errors: `invalid_request` for a cron expression or zone that cannot be read; `limit_exceeded` at 100. */
export async function createSchedule(ctx: UseCaseContext, input: CreateSchedule): Promise<Schedule> {
  const { store, scheduler, tenantId } = ctx.ports;
  const now = ctx.platform.clock.now();
  scheduler.preview(input, now, 1);
  if ((await store.count(schedules, {})) >= MAX_SCHEDULES)
    throw new RectoError('limit_exceeded', `A tenant has at most ${MAX_SCHEDULES} schedules; delete one first.`);
  if (input.target.kind === 'reprocess') {
    const { documentId } = input.target;
    if ((await store.get(documents, { id: documentId })) === null)
      throw new RectoError('invalid_request', `There is no document ${documentId} for this schedule to process.`);
  }
  const schedule: Schedule = {
    id: newId('schedule', now),
    ...input,
    createdAt: now,
    lastFiredFor: null,
    lastRunIds: [],
  };
  await store.transaction(async (tx) => {
    tx.create(schedules, { id: schedule.id }, schedule);
    recordAudit(tx, ctx, { action: 'schedule.created', targets: [{ type: 'schedule', id: schedule.id }] });
  });
  const { id, cron, timeZone } = schedule;
  try {
    await scheduler.upsert({ id, cron, timeZone, topic: 'schedule-tick', data: '', attributes: { tenantId } });
  } catch (error) {
    await store.delete(schedules, { id });
    throw error;
  }
  return schedule;
}
