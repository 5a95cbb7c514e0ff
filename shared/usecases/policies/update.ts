import { z } from 'zod';
import { policies } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { type Policy, policyRuleSchema, policySchema } from '../../domain/policy.ts';
import { DEFAULT_POLICY_ID } from '../../domain/redaction/default-policy.ts';
import { tenantRecognizersSchema } from '../../domain/redaction/tenant-recognizers.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { checkEntityTypes, typesNamed } from './create.ts';
import { keepVersion } from './keep-version.ts';

const { threshold, default: fallback, entities, allow, deny } = policySchema.shape;
const rules = z.array(policyRuleSchema).max(200);
const pages = policySchema.shape.pages.unwrap();
const media = policySchema.shape.media.unwrap();

export const updatePolicySchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  threshold: threshold.optional(),
  default: fallback.optional(),
  entities: entities.optional(),
  rules: rules.optional(),
  pages: pages.optional(),
  media: media.optional(),
  recognizers: tenantRecognizersSchema.optional(),
  allow: allow.optional(),
  deny: deny.optional(),
});
export type UpdatePolicy = z.infer<typeof updatePolicySchema>;

/** They go together with the policy, in one transaction. */
const MAX_VERSIONS = 300;

/**
 * Replaces what is given; a new version is made of it, and applies at once. Documents keep what they were redacted by until they are
 * processed again.
 */
export const updatePolicy = (ctx: UseCaseContext, input: { id: string } & UpdatePolicy): Promise<Policy> =>
  addVersion(ctx, { ...input, draft: false });

/** The same, but the version applies only once it is activated. */
export const draftPolicy = (ctx: UseCaseContext, input: { id: string } & UpdatePolicy): Promise<Policy> =>
  addVersion(ctx, { ...input, draft: true });

async function addVersion(ctx: UseCaseContext, input: { id: string; draft: boolean } & UpdatePolicy): Promise<Policy> {
  const { id, draft, ...changes } = input;
  if (id === DEFAULT_POLICY_ID)
    throw new RectoError('conflict', 'The default policy is built in; create one of your own and choose it.');
  const now = ctx.platform.clock.now();
  return ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(policies, { id });
    if (found === null) throw new RectoError('not_found', `There is no policy ${id}.`);
    const data = policySchema.parse(found.data);
    checkEntityTypes(typesNamed(changes), changes.recognizers ?? data.recognizers);
    const version = Math.max(data.versions, data.version) + 1;
    if (version > MAX_VERSIONS)
      throw new RectoError(
        'limit_exceeded',
        `A policy has at most ${MAX_VERSIONS} versions; create a new one from this.`,
      );
    const next: Policy = {
      ...data,
      name: changes.name ?? data.name,
      threshold: changes.threshold ?? data.threshold,
      default: changes.default ?? data.default,
      entities: changes.entities ?? data.entities,
      rules: changes.rules ?? data.rules,
      pages: changes.pages ?? data.pages,
      media: changes.media === undefined ? data.media : changes.media,
      recognizers: changes.recognizers ?? data.recognizers,
      allow: changes.allow ?? data.allow,
      deny: changes.deny ?? data.deny,
      version,
      versions: version,
    };
    keepVersion(tx, next, now);
    tx.put(policies, { id }, draft ? { ...data, versions: version } : next);
    recordAudit(tx, ctx, {
      action: draft ? 'policy.drafted' : 'policy.updated',
      targets: [{ type: 'policy', id }],
      metadata: { version, changed: Object.keys(changes) },
    });
    return next;
  });
}
