import { z } from 'zod';
import { idSchema } from '#shared/domain/ids.ts';
import { deadLetterSchema } from '#shared/domain/run.ts';
import { stepKindSchema } from '#shared/domain/workflow.ts';
import { discardDeadLetter } from '#shared/usecases/dead-letters/discard.ts';
import { getDeadLetter } from '#shared/usecases/dead-letters/get.ts';
import { listDeadLetters } from '#shared/usecases/dead-letters/list.ts';
import { redriveDeadLetters } from '#shared/usecases/dead-letters/redrive.ts';
import { accepted, noContent, ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging, pathId } from './schemas.ts';

components.add(deadLetterSchema, { id: 'DeadLetter' });

const tag = 'Dead letters';
const idOf = (params: Readonly<Record<string, string>>): string => pathId(params, 'id', 'deadLetter', 'dead letter');
const instant = z.number().int().min(0);

const list = route({
  id: 'listDeadLetters',
  method: 'get',
  path: '/v1/dead-letters',
  access: { scope: 'deadletters:read' },
  tag,
  summary: 'List what exhausted its attempts, newest first',
  query: z.strictObject({
    ...paging,
    status: deadLetterSchema.shape.status.default('open'),
    stepKind: stepKindSchema.optional(),
  }),
  answers: listAnswer('Dead letters with input, error and history', deadLetterSchema),
  handle: async ({ ctx, query }) => ok(await listDeadLetters(ctx, query)),
});

const get = route({
  id: 'getDeadLetter',
  method: 'get',
  path: '/v1/dead-letters/{id}',
  access: { scope: 'deadletters:read' },
  tag,
  summary: 'Read a dead letter',
  answers: { 200: { description: 'The dead letter', schema: deadLetterSchema } },
  handle: async ({ ctx, params }) => ok(await getDeadLetter(ctx, { id: idOf(params) })),
});

const redriveSchema = z.strictObject({
  ids: z.array(idSchema('deadLetter')).min(1).max(1000).optional(),
  filter: z
    .strictObject({
      stepKind: stepKindSchema.optional(),
      code: z.string().min(1).max(100).optional(),
      createdAfter: instant.optional(),
      createdBefore: instant.optional(),
    })
    .optional(),
  dryRun: z.boolean().default(false).describe('Only say what would be run again.'),
  ratePerSecond: z.number().min(0.01).max(1000).default(10).describe('Spread over time: at most this many a second.'),
  limit: z.number().int().min(1).max(10_000).default(1000),
});

const redrivenSchema = z.object({
  matched: z.number().int(),
  redriven: z.array(deadLetterSchema),
  dryRun: z.boolean(),
});

const redriveMany = route({
  id: 'redriveDeadLetters',
  method: 'post',
  path: '/v1/dead-letters/redrive',
  access: { scope: 'deadletters:write' },
  tag,
  summary: 'Run many dead letters again',
  description: 'Those named, those that match the filter, or all open ones. What was finished before is kept.',
  body: redriveSchema,
  optionalBody: true,
  answers: { 202: { description: 'Which', schema: redrivenSchema } },
  handle: async ({ ctx, body: { ids, filter, ...rest } }) => {
    const given = Object.entries(filter ?? {}).filter(([, value]) => value !== undefined);
    const redriven = await redriveDeadLetters(ctx, {
      ...rest,
      ...(ids === undefined ? {} : { ids }),
      ...(given.length === 0 ? {} : { filter: Object.fromEntries(given) }),
    });
    return accepted(redriven);
  },
});

const redriveOne = route({
  id: 'redriveDeadLetter',
  method: 'post',
  path: '/v1/dead-letters/{id}/redrive',
  access: { scope: 'deadletters:write' },
  tag,
  summary: 'Run a dead letter again',
  answers: { 202: { description: 'It runs again', schema: redrivenSchema } },
  handle: async ({ ctx, params }) => accepted(await redriveDeadLetters(ctx, { ids: [idOf(params)] })),
});

const discard = route({
  id: 'discardDeadLetter',
  method: 'delete',
  path: '/v1/dead-letters/{id}',
  access: { scope: 'deadletters:write' },
  tag,
  summary: 'Discard a dead letter',
  description: 'It stays in the list as `discarded`, with who did it.',
  answers: { 204: { description: 'Discarded' } },
  handle: async ({ ctx, params }) => {
    await discardDeadLetter(ctx, { id: idOf(params) });
    return noContent();
  },
});

export const deadLetterRoutes: readonly Route[] = [list, get, redriveMany, redriveOne, discard];
