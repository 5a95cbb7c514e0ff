import { z } from 'zod';
import { policies, policyVersions } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { type Policy, policySchema } from '../../domain/policy.ts';
import { DEFAULT_POLICY_ID } from '../../domain/redaction/default-policy.ts';
import { versionId } from '../../steps/support/privacy-policy.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';

export const activatePolicySchema = z.strictObject({
  version: z.number().int().min(1),
  /** Epoch ms from which it applies; absent: at once. */
  from: z.number().int().min(0).optional(),
  /** Epoch ms until which it applies; absent: for good. */
  to: z.number().int().min(0).optional(),
});
export type ActivatePolicy = z.infer<typeof activatePolicySchema>;

const MAX_PLANNED = 20;

/**
 * Has a version apply: at once and for good, or within times of its own, after which the one before applies again. Errors:
 * `not_found`, `invalid_request` for times that cannot be, `limit_exceeded` at 20 plans.
 */
export async function activatePolicy(ctx: UseCaseContext, input: { id: string } & ActivatePolicy): Promise<Policy> {
  const { id, version, to = null } = input;
  if (id === DEFAULT_POLICY_ID)
    throw new RectoError('conflict', 'The default policy is built in and has one version; it always applies as it is.');
  const now = ctx.platform.clock.now();
  const from = input.from ?? now;
  if (to !== null && to <= Math.max(from, now))
    throw new RectoError(
      'invalid_request',
      'A policy cannot apply until a time that has passed or comes before it starts.',
    );
  return ctx.ports.store.transaction(async (tx) => {
    const [found, kept] = await Promise.all([
      tx.get(policies, { id }),
      tx.get(policyVersions, { id: versionId(id, version) }),
    ]);
    if (found === null) throw new RectoError('not_found', `There is no policy ${id}.`);
    if (kept === null) throw new RectoError('not_found', `Policy ${id} has no version ${version}.`);
    const data = policySchema.parse(found.data);
    const planned = data.planned.filter((plan) => plan.to === null || plan.to > now);
    const atOnce = from <= now && to === null;
    if (!atOnce && planned.length >= MAX_PLANNED)
      throw new RectoError(
        'limit_exceeded',
        `A policy has at most ${MAX_PLANNED} planned versions; activate one at once first.`,
      );
    // What applies at once ends every plan that has begun; what is to come stays.
    const next: Policy = atOnce
      ? {
          ...policySchema.parse(kept.data.policy),
          versions: data.versions,
          planned: planned.filter((plan) => plan.from > now),
        }
      : { ...data, planned: [...planned, { version, from, to }] };
    tx.put(policies, { id }, next);
    recordAudit(tx, ctx, {
      action: 'policy.activated',
      targets: [{ type: 'policy', id }],
      metadata: { version, from, to },
    });
    return next;
  });
}
