import { z } from 'zod';
import { scheduleSchema } from '#shared/domain/records.ts';
import { createSchedule, createScheduleSchema } from '#shared/usecases/schedules/create.ts';
import { deleteSchedule } from '#shared/usecases/schedules/delete.ts';
import { getSchedule } from '#shared/usecases/schedules/get.ts';
import { listSchedules } from '#shared/usecases/schedules/list.ts';
import { previewSchedule, previewScheduleSchema } from '#shared/usecases/schedules/preview.ts';
import { created, noContent, ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging, pathId } from './schemas.ts';

components.add(scheduleSchema, { id: 'Schedule' });

const tag = 'Schedules';
const access = { scope: 'schedules:manage' } as const;

const create = route({
  id: 'createSchedule',
  method: 'post',
  path: '/v1/schedules',
  access,
  tag,
  summary: 'Make a cron schedule that starts runs',
  description:
    'Five fields or an @macro, in an IANA time zone. A local time that does not occur is skipped; one that occurs twice fires twice.',
  body: createScheduleSchema,
  answers: { 201: { description: 'The schedule', schema: scheduleSchema } },
  handle: async ({ ctx, body }) => {
    const schedule = await createSchedule(ctx, body);
    return created(schedule, `/v1/schedules/${schedule.id}`);
  },
});

const preview = route({
  id: 'previewSchedule',
  method: 'post',
  path: '/v1/schedules/preview',
  access,
  tag,
  summary: 'When a cron expression would fire next',
  body: previewScheduleSchema,
  answers: { 200: { description: 'Times, ISO 8601', schema: z.object({ ticks: z.array(z.string()) }) } },
  handle: async ({ ctx, body }) => ok({ ticks: previewSchedule(ctx, body) }),
});

const list = route({
  id: 'listSchedules',
  method: 'get',
  path: '/v1/schedules',
  access,
  tag,
  summary: 'List schedules, newest first',
  query: z.strictObject(paging),
  answers: listAnswer('Schedules', scheduleSchema),
  handle: async ({ ctx, query }) => ok(await listSchedules(ctx, query)),
});

const get = route({
  id: 'getSchedule',
  method: 'get',
  path: '/v1/schedules/{id}',
  access,
  tag,
  summary: 'Read a schedule with when it last fired',
  answers: { 200: { description: 'The schedule', schema: scheduleSchema } },
  handle: async ({ ctx, params }) => ok(await getSchedule(ctx, { id: pathId(params, 'id', 'schedule', 'schedule') })),
});

const remove = route({
  id: 'deleteSchedule',
  method: 'delete',
  path: '/v1/schedules/{id}',
  access,
  tag,
  summary: 'Delete a schedule',
  answers: { 204: { description: 'Deleted' } },
  handle: async ({ ctx, params }) => {
    await deleteSchedule(ctx, { id: pathId(params, 'id', 'schedule', 'schedule') });
    return noContent();
  },
});

export const scheduleRoutes: readonly Route[] = [create, preview, list, get, remove];
