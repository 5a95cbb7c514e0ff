import { z } from 'zod';
import { createBatch, createBatchSchema } from '#shared/usecases/batches/create.ts';
import { batchView, batchViewSchema, getBatch } from '#shared/usecases/batches/get.ts';
import { listBatches } from '#shared/usecases/batches/list.ts';
import { created, ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging, pathId } from './schemas.ts';

components.add(batchViewSchema, { id: 'Batch' });

const tag = 'Batches';

const create = route({
  id: 'createBatch',
  method: 'post',
  path: '/v1/batches',
  access: { scope: 'documents:write' },
  tag,
  summary: 'Make a batch: many documents as one',
  description: 'Of documents that are there already; more join when they are uploaded with the form field `batchId`.',
  body: createBatchSchema,
  answers: { 201: { description: 'The batch', schema: batchViewSchema } },
  handle: async ({ ctx, body }) => {
    const batch = await createBatch(ctx, body);
    return created(await batchView(ctx, batch), `/v1/batches/${batch.id}`);
  },
});

const list = route({
  id: 'listBatches',
  method: 'get',
  path: '/v1/batches',
  access: { scope: 'documents:read' },
  tag,
  summary: 'List batches, newest first',
  query: z.strictObject(paging),
  answers: listAnswer('Batches', z.object({ id: z.string(), name: z.string(), createdAt: z.number() })),
  handle: async ({ ctx, query }) => ok(await listBatches(ctx, query)),
});

const get = route({
  id: 'getBatch',
  method: 'get',
  path: '/v1/batches/{id}',
  access: { scope: 'documents:read' },
  tag,
  summary: 'Read a batch with how its documents stand',
  answers: { 200: { description: 'The batch', schema: batchViewSchema } },
  handle: async ({ ctx, params }) => ok(await getBatch(ctx, { id: pathId(params, 'id', 'batch', 'batch') })),
});

export const batchRoutes: readonly Route[] = [create, list, get];
