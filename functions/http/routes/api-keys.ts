import { z } from 'zod';
import { createApiKey, createApiKeySchema } from '#shared/usecases/api-keys/create.ts';
import { listApiKeys } from '#shared/usecases/api-keys/list.ts';
import { revokeApiKey } from '#shared/usecases/api-keys/revoke.ts';
import { rotateApiKey, rotateApiKeySchema } from '#shared/usecases/api-keys/rotate.ts';
import { apiKeyViewSchema, issuedApiKeySchema } from '#shared/usecases/api-keys/view.ts';
import { created, noContent, ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging, pathId } from './schemas.ts';

components.add(apiKeyViewSchema, { id: 'ApiKey' });

const tag = 'API keys';
const access = { scope: 'keys:manage' } as const;
const issued = { 201: { description: 'The key, shown this once', schema: issuedApiKeySchema } };

const create = route({
  id: 'createApiKey',
  method: 'post',
  path: '/v1/api-keys',
  access,
  tag,
  summary: 'Issue an API key',
  description: 'With scopes that the caller holds itself. The key is in this answer and nowhere else.',
  body: createApiKeySchema,
  secretAnswer: true,
  answers: issued,
  handle: async ({ ctx, body }) => created(await createApiKey(ctx, body)),
});

const list = route({
  id: 'listApiKeys',
  method: 'get',
  path: '/v1/api-keys',
  access,
  tag,
  summary: 'List API keys, newest first',
  query: z.strictObject(paging),
  answers: listAnswer('Keys, without the keys themselves', apiKeyViewSchema),
  handle: async ({ ctx, query }) => ok(await listApiKeys(ctx, query)),
});

const rotate = route({
  id: 'rotateApiKey',
  method: 'post',
  path: '/v1/api-keys/{id}/rotate',
  access,
  tag,
  summary: 'Replace an API key',
  body: rotateApiKeySchema,
  optionalBody: true,
  secretAnswer: true,
  answers: issued,
  handle: async ({ ctx, params, body, services }) => {
    const id = pathId(params, 'id', 'apiKey', 'API key');
    const rotated = await rotateApiKey(ctx, { id, ...body });
    services.authenticator.forget({ hash: rotated.old.hash });
    return created(rotated.issued);
  },
});

const revoke = route({
  id: 'revokeApiKey',
  method: 'delete',
  path: '/v1/api-keys/{id}',
  access,
  tag,
  summary: 'Revoke an API key, at once',
  answers: { 204: { description: 'Revoked' } },
  handle: async ({ ctx, params, services }) => {
    const revoked = await revokeApiKey(ctx, { id: pathId(params, 'id', 'apiKey', 'API key') });
    services.authenticator.forget({ hash: revoked.hash });
    return noContent();
  },
});

export const apiKeyRoutes: readonly Route[] = [create, list, rotate, revoke];
