import { z } from 'zod';
import { policySchema } from '#shared/domain/policy.ts';
import { DEFAULT_POLICY_ID } from '#shared/domain/redaction/default-policy.ts';
import { createPolicy, createPolicySchema } from '#shared/usecases/policies/create.ts';
import { deletePolicy } from '#shared/usecases/policies/delete.ts';
import { getPolicy } from '#shared/usecases/policies/get.ts';
import { listPolicies } from '#shared/usecases/policies/list.ts';
import { redactText, redactTextSchema } from '#shared/usecases/policies/redact-text.ts';
import { updatePolicy, updatePolicySchema } from '#shared/usecases/policies/update.ts';
import { created, noContent, ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging, pathId } from './schemas.ts';

components.add(policySchema, { id: 'Policy' });

const tag = 'Privacy policies';
const access = { scope: 'policies:manage' } as const;
const idOf = (params: Readonly<Record<string, string>>): string =>
  params.id === DEFAULT_POLICY_ID ? DEFAULT_POLICY_ID : pathId(params, 'id', 'policy', 'policy');

const create = route({
  id: 'createPolicy',
  method: 'post',
  path: '/v1/policies',
  access,
  tag,
  summary: 'Make a privacy policy: what is done to what is found',
  body: createPolicySchema,
  answers: { 201: { description: 'The policy', schema: policySchema } },
  handle: async ({ ctx, body }) => {
    const policy = await createPolicy(ctx, body);
    return created(policy, `/v1/policies/${policy.id}`);
  },
});

const list = route({
  id: 'listPolicies',
  method: 'get',
  path: '/v1/policies',
  access,
  tag,
  summary: 'List policies, newest first, the built-in one last',
  query: z.strictObject(paging),
  answers: listAnswer('Policies', policySchema),
  handle: async ({ ctx, query }) => ok(await listPolicies(ctx, query)),
});

const get = route({
  id: 'getPolicy',
  method: 'get',
  path: '/v1/policies/{id}',
  access,
  tag,
  summary: 'Read a policy; `default` is the built-in one',
  answers: { 200: { description: 'The policy', schema: policySchema } },
  handle: async ({ ctx, params }) => ok(await getPolicy(ctx, { id: idOf(params) })),
});

const update = route({
  id: 'updatePolicy',
  method: 'patch',
  path: '/v1/policies/{id}',
  access,
  tag,
  summary: 'Change a policy; its version grows',
  description: 'Documents keep what they were redacted by until they are processed again.',
  body: updatePolicySchema,
  answers: { 200: { description: 'The policy', schema: policySchema } },
  handle: async ({ ctx, params, body }) => ok(await updatePolicy(ctx, { id: idOf(params), ...body })),
});

const remove = route({
  id: 'deletePolicy',
  method: 'delete',
  path: '/v1/policies/{id}',
  access,
  tag,
  summary: 'Delete a policy that the settings do not name',
  answers: { 204: { description: 'Deleted' } },
  handle: async ({ ctx, params }) => {
    await deletePolicy(ctx, { id: idOf(params) });
    return noContent();
  },
});

const entitySchema = z.object({
  type: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  score: z.number(),
  recognizer: z.string(),
  why: z.string(),
  operator: z.string(),
});

const redact = route({
  id: 'redactText',
  method: 'post',
  path: '/v1/redact',
  access: { scope: 'redact:use' },
  tag: 'Synchronous',
  summary: 'Redact a text and wait for it',
  description: 'By the tenant’s policy or the one named. Offsets are UTF-16 units of the input. Nothing is stored.',
  body: redactTextSchema,
  answers: {
    200: {
      description: 'The text without what was found, and what was found where',
      schema: z.object({
        text: z.string(),
        policy: z.object({ id: z.string(), version: z.number().int() }),
        entities: z.array(entitySchema),
      }),
    },
  },
  handle: async ({ ctx, body }) => ok(await redactText(ctx, body)),
});

export const policyRoutes: readonly Route[] = [create, list, get, update, remove, redact];
