import { schedules } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Schedule } from '../../domain/records.ts';
import type { UseCaseContext } from '../context.ts';

export async function getSchedule(ctx: UseCaseContext, input: { id: string }): Promise<Schedule> {
  const found = await ctx.ports.store.get(schedules, { id: input.id });
  if (found === null) throw new RectoError('not_found', `There is no schedule ${input.id}.`);
  return found.data;
}
