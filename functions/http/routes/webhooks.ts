import { z } from 'zod';
import { webhookDeliverySchema, webhookSchema } from '#shared/domain/webhook.ts';
import { createWebhook, createWebhookSchema } from '#shared/usecases/webhooks/create.ts';
import { deleteWebhook } from '#shared/usecases/webhooks/delete.ts';
import { getWebhook } from '#shared/usecases/webhooks/get.ts';
import { listWebhooks } from '#shared/usecases/webhooks/list.ts';
import { listDeliveries } from '#shared/usecases/webhooks/list-deliveries.ts';
import { retryDelivery } from '#shared/usecases/webhooks/retry-delivery.ts';
import { rotateWebhookSecret } from '#shared/usecases/webhooks/rotate-secret.ts';
import { testWebhook } from '#shared/usecases/webhooks/test-delivery.ts';
import { updateWebhook, updateWebhookSchema } from '#shared/usecases/webhooks/update.ts';
import { created, noContent, ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging, pathId } from './schemas.ts';

const webhookView = webhookSchema.omit({ secretName: true });
const deliveryView = z.object(webhookDeliverySchema.shape).omit({ body: true });
components.add(webhookView, { id: 'Webhook' });
components.add(deliveryView, { id: 'WebhookDelivery' });

const tag = 'Webhooks';
const access = { scope: 'webhooks:manage' } as const;
const idOf = (params: Readonly<Record<string, string>>): string => pathId(params, 'id', 'webhook', 'webhook');

const create = route({
  id: 'createWebhook',
  method: 'post',
  path: '/v1/webhooks',
  access,
  tag,
  summary: 'Make an endpoint that is told what happens',
  description:
    'CloudEvents, signed as Standard Webhooks has it; the secret is in this answer and nowhere else. No private addresses.',
  body: createWebhookSchema,
  secretAnswer: true,
  answers: { 201: { description: 'The endpoint and its secret', schema: webhookView.extend({ secret: z.string() }) } },
  handle: async ({ ctx, body }) => {
    const webhook = await createWebhook(ctx, body);
    return created(webhook, `/v1/webhooks/${webhook.id}`);
  },
});

const list = route({
  id: 'listWebhooks',
  method: 'get',
  path: '/v1/webhooks',
  access,
  tag,
  summary: 'List endpoints, newest first',
  query: z.strictObject(paging),
  answers: listAnswer('Endpoints', webhookView),
  handle: async ({ ctx, query }) => ok(await listWebhooks(ctx, query)),
});

const get = route({
  id: 'getWebhook',
  method: 'get',
  path: '/v1/webhooks/{id}',
  access,
  tag,
  summary: 'Read an endpoint',
  answers: { 200: { description: 'The endpoint', schema: webhookView } },
  handle: async ({ ctx, params }) => ok(await getWebhook(ctx, { id: idOf(params) })),
});

const update = route({
  id: 'updateWebhook',
  method: 'patch',
  path: '/v1/webhooks/{id}',
  access,
  tag,
  summary: 'Change an endpoint',
  body: updateWebhookSchema,
  answers: { 200: { description: 'The endpoint', schema: webhookView } },
  handle: async ({ ctx, params, body }) => ok(await updateWebhook(ctx, { id: idOf(params), ...body })),
});

const remove = route({
  id: 'deleteWebhook',
  method: 'delete',
  path: '/v1/webhooks/{id}',
  access,
  tag,
  summary: 'Delete an endpoint and its secret',
  answers: { 204: { description: 'Deleted' } },
  handle: async ({ ctx, params }) => {
    await deleteWebhook(ctx, { id: idOf(params) });
    return noContent();
  },
});

const rotate = route({
  id: 'rotateWebhookSecret',
  method: 'post',
  path: '/v1/webhooks/{id}/rotate-secret',
  access,
  tag,
  summary: 'Replace the signing secret',
  description: 'The old secret goes on signing beside the new one until `previousValidUntil`.',
  secretAnswer: true,
  answers: {
    200: {
      description: 'The new secret, shown this once',
      schema: z.object({ id: z.string(), secret: z.string(), previousValidUntil: z.number().nullable() }),
    },
  },
  handle: async ({ ctx, params }) => ok(await rotateWebhookSecret(ctx, { id: idOf(params) })),
});

const test = route({
  id: 'testWebhook',
  method: 'post',
  path: '/v1/webhooks/{id}/test',
  access,
  tag,
  summary: 'Send a test event now',
  answers: { 200: { description: 'How it went', schema: deliveryView } },
  handle: async ({ ctx, params }) => ok(await testWebhook(ctx, { id: idOf(params) })),
});

const deliveries = route({
  id: 'listWebhookDeliveries',
  method: 'get',
  path: '/v1/webhooks/{id}/deliveries',
  access,
  tag,
  summary: 'The log of deliveries, newest first',
  query: z.strictObject(paging),
  answers: listAnswer('Deliveries with their tries', deliveryView),
  handle: async ({ ctx, params, query }) => ok(await listDeliveries(ctx, { ...query, webhookId: idOf(params) })),
});

const retry = route({
  id: 'retryWebhookDelivery',
  method: 'post',
  path: '/v1/webhooks/{id}/deliveries/{deliveryId}/retry',
  access,
  tag,
  summary: 'Send a delivery once more',
  description: 'The same id and bytes, newly signed.',
  answers: { 200: { description: 'How it went', schema: deliveryView } },
  handle: async ({ ctx, params }) => {
    const deliveryId = pathId(params, 'deliveryId', 'delivery', 'delivery');
    return ok(await retryDelivery(ctx, { webhookId: idOf(params), deliveryId }));
  },
});

export const webhookRoutes: readonly Route[] = [create, list, get, update, remove, rotate, test, deliveries, retry];
