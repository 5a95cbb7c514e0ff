import { z } from 'zod';
import type { UseCaseContext } from '../context.ts';
import { cronSchema, timeZoneSchema } from './create.ts';

export const previewScheduleSchema = z.strictObject({
  cron: cronSchema,
  timeZone: timeZoneSchema.default('UTC'),
  count: z.number().int().min(1).max(100).default(5),
});

/** When it would fire next, ISO 8601. `invalid_request` for a cron expression or zone that cannot be read. */
export function previewSchedule(ctx: UseCaseContext, input: z.infer<typeof previewScheduleSchema>): string[] {
  const ticks = ctx.ports.scheduler.preview(input, ctx.platform.clock.now(), input.count);
  return ticks.map((tick) => new Date(tick).toISOString());
}
