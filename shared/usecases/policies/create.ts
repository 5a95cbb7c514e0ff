import { z } from 'zod';
import { policies } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { type Policy, type PolicyRule, policySchema } from '../../domain/policy.ts';
import { DEFAULT_POLICY } from '../../domain/redaction/default-policy.ts';
import { ENTITY_TYPES } from '../../domain/redaction/registry.ts';
import type { TenantRecognizer } from '../../domain/redaction/tenant-recognizers.ts';
import { VISUAL_TYPES } from '../../domain/redaction/visual.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { keepVersion } from './keep-version.ts';

const { threshold, default: fallback, entities, rules, pages, media, recognizers, allow, deny } = policySchema.shape;

export const createPolicySchema = z.strictObject({
  name: z.string().min(1).max(200),
  threshold: threshold.default(DEFAULT_POLICY.threshold),
  /** For every entity type that `entities` does not name. */
  default: fallback.default(DEFAULT_POLICY.default),
  entities: entities.default({}),
  /** Exceptions by entity, field, document type, artifact and audience. */
  rules,
  pages,
  /** What goes of every recording. */
  media,
  recognizers,
  allow: allow.default([]),
  deny: deny.default([]),
});
export type CreatePolicy = z.infer<typeof createPolicySchema>;

const MAX_POLICIES = 100;
const TYPES = [...ENTITY_TYPES, ...VISUAL_TYPES].sort();
const KNOWN = new Set(TYPES);

/** A misspelt type would silently fall to the default operator. `own`: types of the policy's own recognizers. */
export function checkEntityTypes(types: Iterable<string>, own: readonly TenantRecognizer[]): void {
  const added = new Set(own.flatMap((one) => (one.kind === 'allow' ? [] : [one.type])));
  const unknown = [...new Set(types)].filter((type) => !KNOWN.has(type) && !added.has(type));
  if (unknown.length > 0)
    throw new RectoError(
      'invalid_request',
      `These are no entity types: ${unknown.slice(0, 10).join(', ')}. Known ones: ${TYPES.join(', ')}.`,
      { details: { unknown: unknown.slice(0, 100) } },
    );
}

interface NamesTypes {
  entities?: Readonly<Record<string, unknown>> | undefined;
  rules?: readonly PolicyRule[] | undefined;
}

/** Every entity type that a policy names. */
export const typesNamed = (policy: NamesTypes): string[] => [
  ...Object.keys(policy.entities ?? {}),
  ...(policy.rules ?? []).flatMap((rule) => rule.entities ?? []),
];

/** Errors: `invalid_request` for an entity type that does not exist, `limit_exceeded` at 100. */
export async function createPolicy(ctx: UseCaseContext, input: CreatePolicy): Promise<Policy> {
  const { store } = ctx.ports;
  checkEntityTypes(typesNamed(input), input.recognizers);
  if ((await store.count(policies, {})) >= MAX_POLICIES)
    throw new RectoError('limit_exceeded', `A tenant has at most ${MAX_POLICIES} policies; delete one first.`);
  const now = ctx.platform.clock.now();
  const policy: Policy = { ...input, id: newId('policy', now), version: 1, versions: 1, planned: [], createdAt: now };
  await store.transaction(async (tx) => {
    tx.create(policies, { id: policy.id }, policy);
    keepVersion(tx, policy, now);
    recordAudit(tx, ctx, { action: 'policy.created', targets: [{ type: 'policy', id: policy.id }] });
  });
  return policy;
}
