import { schedules } from '../../domain/collections.ts';
import type { Schedule } from '../../domain/records.ts';
import type { UseCaseContext } from '../context.ts';
import { type Listed, listPage, type PageParams } from '../support/page.ts';

export function listSchedules(ctx: UseCaseContext, input: PageParams): Promise<Listed<Schedule>> {
  return listPage(ctx.ports.store, {
    ...input,
    collection: schedules,
    newestBy: 'createdAt',
    view: ({ data }) => data,
  });
}
