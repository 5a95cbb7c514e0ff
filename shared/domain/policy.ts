import { z } from 'zod';
import { policyMediaSchema } from './redaction/media.ts';
import { tenantRecognizersSchema } from './redaction/tenant-recognizers.ts';

export const operatorSchema = z.discriminatedUnion('operator', [
  /** `<PERSON>` or the text given. */
  z.object({ operator: z.literal('replace'), with: z.string().max(100).optional() }),
  z.object({
    operator: z.literal('mask'),
    character: z.string().length(1).default('*'),
    keepLast: z.number().int().min(0).max(8).default(0),
  }),
  /** Keyed, stable within a tenant. */
  z.object({ operator: z.literal('hash') }),
  /** `PERSON_1_…`: the same for the same value, within the tenant; turned back by whoever may use the tenant's key. */
  z.object({ operator: z.literal('pseudonymize') }),
  /** Another value of the same form, digits for digits and letters for letters. */
  z.object({ operator: z.literal('preserveFormat') }),
  /** Dates moved by the same secret number of days everywhere in the tenant. */
  z.object({ operator: z.literal('shiftDates'), mostDays: z.number().int().min(1).max(3650).default(180) }),
  /** A coarser value: the month of a date, the decade of an age, the domain of an address. */
  z.object({ operator: z.literal('generalize') }),
  z.object({ operator: z.literal('remove') }),
  z.object({ operator: z.literal('keep') }),
]);
export type Operator = z.infer<typeof operatorSchema>;

/** What a redacted value would stand in. */
export const REDACTED_ARTIFACTS = ['text', 'fields', 'pdf', 'index', 'export', 'webhook', 'recording'] as const;

/** An exception to a policy: applies where every condition that it states holds; of several that apply the first counts. */
export const policyRuleSchema = z.strictObject({
  /** Entity types. */
  entities: z.array(z.string().max(60)).min(1).max(200).optional(),
  /** Names of extracted fields, e.g. `invoice_number`. */
  fields: z.array(z.string().max(100)).min(1).max(200).optional(),
  documentTypes: z.array(z.string().max(100)).min(1).max(100).optional(),
  artifacts: z.array(z.enum(REDACTED_ARTIFACTS)).min(1).optional(),
  /** For whom the result is, as an export or a download says: `auditor`, `public`, … */
  audiences: z.array(z.string().max(60)).min(1).max(100).optional(),
  operator: operatorSchema,
  /** Instead of the policy's. */
  threshold: z.number().min(0).max(1).optional(),
  /** Whether a person has to look at such finds before anything is handed out. */
  review: z.boolean().default(false),
});
export type PolicyRule = z.infer<typeof policyRuleSchema>;

/** A version that applies from a time on, epoch ms, until another or for good. */
export const plannedVersionSchema = z.object({
  version: z.number().int(),
  from: z.number(),
  to: z.number().nullable(),
});

export const policySchema = z.object({
  id: z.string(),
  version: z.number().int(),
  /** How many versions there are, drafts included; the next one's number is one more. 0: as many as `version` says. */
  versions: z.number().int().default(0),
  /** Versions that apply instead at their times; of several the one that starts last. */
  planned: z.array(plannedVersionSchema).max(20).default([]),
  name: z.string(),
  /** Entities below it are left alone. */
  threshold: z.number().min(0).max(1),
  default: operatorSchema,
  /** By entity type, e.g. `CREDIT_CARD`. */
  entities: z.record(z.string(), operatorSchema),
  rules: z.array(policyRuleSchema).max(200).default([]),
  /** `pictures`: every page of a redacted PDF becomes one; `auto`: those that cannot be shown to be clean as drawings. */
  pages: z.enum(['auto', 'pictures']).default('auto'),
  /** What goes of recordings; null: nothing is done to one that brings no rules and no transcript of its own. */
  media: policyMediaSchema.nullable().default(null),
  /** What the tenant adds to what is found; its types may be named above. */
  recognizers: tenantRecognizersSchema.default([]),
  /** Texts never redacted, compared after normalization. */
  allow: z.array(z.string().max(200)).max(1000),
  /** Texts always redacted. */
  deny: z.array(z.string().max(200)).max(1000),
  createdAt: z.number(),
});
export type Policy = z.infer<typeof policySchema>;

/** A version as it was made; never changed. */
export const policyVersionSchema = z.object({
  policyId: z.string(),
  version: z.number().int(),
  policy: policySchema,
  createdAt: z.number(),
});
export type PolicyVersion = z.infer<typeof policyVersionSchema>;

/** Which version of which policy. */
export const policyRefSchema = z.object({ id: z.string(), version: z.number().int() });
export type PolicyRef = z.infer<typeof policyRefSchema>;

/** The version that applies at a time. */
export function versionAt(policy: Pick<Policy, 'version' | 'planned'>, now: number): number {
  let best: { version: number; from: number } | null = null;
  for (const plan of policy.planned)
    if (
      plan.from <= now &&
      (plan.to === null || now < plan.to) &&
      plan.from >= (best?.from ?? Number.NEGATIVE_INFINITY)
    )
      best = plan;
  return best?.version ?? policy.version;
}

/** A policy with its rules worked out for one scope: what is asked of it needs no conditions any more. */
export interface ScopedPolicy extends Policy {
  /** By name of the extracted field; comes before `entities`. */
  fields: Readonly<Record<string, Operator>>;
  /** By entity type, where a rule sets another than the policy's. */
  thresholds: Readonly<Record<string, number>>;
  /** Entity types whose finds a person has to look at. */
  reviewed: readonly string[];
}
