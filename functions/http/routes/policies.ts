import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import { policySchema, policyVersionSchema } from '#shared/domain/policy.ts';
import { DEFAULT_POLICY_ID } from '#shared/domain/redaction/default-policy.ts';
import { activatePolicy, activatePolicySchema } from '#shared/usecases/policies/activate.ts';
import { createPolicy, createPolicySchema } from '#shared/usecases/policies/create.ts';
import { deletePolicy } from '#shared/usecases/policies/delete.ts';
import { diffPolicy } from '#shared/usecases/policies/diff.ts';
import { getPolicy } from '#shared/usecases/policies/get.ts';
import { listPolicies } from '#shared/usecases/policies/list.ts';
import { redactText, redactTextSchema } from '#shared/usecases/policies/redact-text.ts';
import { tryPolicy, tryPolicySchema } from '#shared/usecases/policies/try.ts';
import { draftPolicy, updatePolicy, updatePolicySchema } from '#shared/usecases/policies/update.ts';
import { getPolicyVersion, listPolicyVersions } from '#shared/usecases/policies/versions.ts';
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
  description:
    '`media` says what goes of audio and video; without it nothing is done to those that bring no rules of their own.',
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

const entityShape = {
  type: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  score: z.number(),
  recognizer: z.string(),
  why: z.string(),
  operator: z.string(),
};
const entitySchema = z.object(entityShape);

const versionOf = (params: Readonly<Record<string, string>>): number => {
  const version = Number(params.version);
  if (!Number.isInteger(version) || version < 1)
    throw new RectoError('not_found', 'A version of a policy is a whole number from 1.');
  return version;
};

const draft = route({
  id: 'draftPolicyVersion',
  method: 'post',
  path: '/v1/policies/{id}/versions',
  access,
  tag,
  summary: 'Make a version that applies only once it is activated',
  body: updatePolicySchema,
  answers: { 201: { description: 'The version', schema: policySchema } },
  handle: async ({ ctx, params, body }) => {
    const id = idOf(params);
    const policy = await draftPolicy(ctx, { id, ...body });
    return created(policy, `/v1/policies/${id}/versions/${policy.version}`);
  },
});

const versions = route({
  id: 'listPolicyVersions',
  method: 'get',
  path: '/v1/policies/{id}/versions',
  access,
  tag,
  summary: 'List the versions of a policy, newest first',
  query: z.strictObject(paging),
  answers: listAnswer('Versions', policyVersionSchema),
  handle: async ({ ctx, params, query }) => ok(await listPolicyVersions(ctx, { id: idOf(params), ...query })),
});

const version = route({
  id: 'getPolicyVersion',
  method: 'get',
  path: '/v1/policies/{id}/versions/{version}',
  access,
  tag,
  summary: 'Read a version of a policy',
  answers: { 200: { description: 'The policy as of that version', schema: policySchema } },
  handle: async ({ ctx, params }) => ok(await getPolicyVersion(ctx, { id: idOf(params), version: versionOf(params) })),
});

const activate = route({
  id: 'activatePolicyVersion',
  method: 'post',
  path: '/v1/policies/{id}/activate',
  access,
  tag,
  summary: 'Have a version apply, at once or within times of its own',
  body: activatePolicySchema,
  answers: { 200: { description: 'The policy', schema: policySchema } },
  handle: async ({ ctx, params, body }) => ok(await activatePolicy(ctx, { id: idOf(params), ...body })),
});

const diff = route({
  id: 'diffPolicyVersions',
  method: 'get',
  path: '/v1/policies/{id}/diff',
  access,
  tag,
  summary: 'Say what differs between two versions of a policy',
  query: z.strictObject({ from: z.coerce.number().int().min(1), to: z.coerce.number().int().min(1) }),
  answers: {
    200: {
      description: 'The differences, by path',
      schema: z.object({
        changes: z.array(z.object({ path: z.string(), from: z.unknown(), to: z.unknown() })),
      }),
    },
  },
  handle: async ({ ctx, params, query }) => ok(await diffPolicy(ctx, { id: idOf(params), ...query })),
});

const tryOut = route({
  id: 'tryPolicy',
  method: 'post',
  path: '/v1/policies/{id}/test',
  access,
  tag,
  summary: 'Show what a version would do to a text or a document',
  description:
    'Nothing is changed or kept. A document needs credentials with documents:original; its text is not shown, only what would be found where.',
  body: tryPolicySchema,
  answers: {
    200: {
      description: 'What would be found, and how that differs from what applies now',
      schema: z.object({
        policy: z.object({ id: z.string(), version: z.number().int() }),
        active: z.object({ version: z.number().int() }),
        text: z.string().nullable(),
        entities: z.array(z.object({ ...entityShape, page: z.number().int() })),
        total: z.number().int(),
        changes: z.object({ added: z.number().int(), removed: z.number().int(), changed: z.number().int() }),
      }),
    },
  },
  // Of a text it shows what the policy keeps.
  secretAnswer: true,
  handle: async ({ ctx, params, body }) => ok(await tryPolicy(ctx, { id: idOf(params), ...body })),
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
  // "Nothing is stored" holds for what was not found as well.
  secretAnswer: true,
  handle: async ({ ctx, body }) => ok(await redactText(ctx, body)),
});

export const policyRoutes: readonly Route[] = [
  create,
  list,
  get,
  update,
  remove,
  draft,
  versions,
  version,
  activate,
  diff,
  tryOut,
  redact,
];
