import { z } from 'zod';
import { idSchema } from '#shared/domain/ids.ts';
import { runStatusSchema } from '#shared/domain/run.ts';
import { cancelRun } from '#shared/usecases/runs/cancel.ts';
import { getRun } from '#shared/usecases/runs/get.ts';
import { listRuns } from '#shared/usecases/runs/list.ts';
import { retryRun } from '#shared/usecases/runs/retry.ts';
import { runView, runViewSchema } from '#shared/usecases/runs/view.ts';
import { accepted, ok, type Route, route } from '../kit/route.ts';
import { runEvents } from './run-events.ts';
import { listAnswer, paging, pathId } from './schemas.ts';

const tag = 'Runs';

const list = route({
  id: 'listRuns',
  method: 'get',
  path: '/v1/runs',
  access: { scope: 'runs:read' },
  tag,
  summary: 'List runs, newest first',
  query: z.strictObject({
    ...paging,
    status: runStatusSchema.optional(),
    documentId: idSchema('document').optional(),
    batchId: idSchema('batch').optional(),
  }),
  answers: listAnswer('Runs', runViewSchema),
  handle: async ({ ctx, query }) => ok(await listRuns(ctx, query)),
});

const get = route({
  id: 'getRun',
  method: 'get',
  path: '/v1/runs/{id}',
  access: { scope: 'runs:read' },
  tag,
  summary: 'Read a run with its steps and attempts',
  answers: { 200: { description: 'The run', schema: runViewSchema } },
  handle: async ({ ctx, params }) => ok(runView(await getRun(ctx, { id: pathId(params, 'id', 'run', 'run') }))),
});

const cancel = route({
  id: 'cancelRun',
  method: 'post',
  path: '/v1/runs/{id}/cancel',
  access: { scope: 'runs:write' },
  tag,
  summary: 'Cancel a run',
  description:
    'Steps under way are told to stop; the run ends as `cancelled`. A run that has ended otherwise is a conflict.',
  answers: { 202: { description: 'Being cancelled', schema: runViewSchema } },
  handle: async ({ ctx, params }) => {
    const id = pathId(params, 'id', 'run', 'run');
    const run = await cancelRun(ctx, { id });
    return accepted(runView(run));
  },
});

const retry = route({
  id: 'retryRun',
  method: 'post',
  path: '/v1/runs/{id}/retry',
  access: { scope: 'runs:write' },
  tag,
  summary: 'Run the failed steps of an ended run again',
  description: 'Finished steps and parts are kept.',
  answers: { 202: { description: 'Started again', schema: runViewSchema } },
  handle: async ({ ctx, params }) => {
    const id = pathId(params, 'id', 'run', 'run');
    const run = await retryRun(ctx, { id });
    return accepted(runView(run));
  },
});

export const runRoutes: readonly Route[] = [list, get, runEvents, cancel, retry];
