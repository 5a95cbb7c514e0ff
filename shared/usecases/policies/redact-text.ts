import { getCountries } from 'libphonenumber-js/min';
import { z } from 'zod';
import type { Operator } from '../../domain/policy.ts';
import { applyToText } from '../../domain/redaction/apply-to-text.ts';
import type { Entity } from '../../domain/redaction/entity.ts';
import { operatorFor } from '../../domain/redaction/operators.ts';
import { withOwnRecognizers } from '../../domain/redaction/own-recognizers.ts';
import { scopePolicy } from '../../domain/redaction/policy-scope.ts';
import { DocumentRedactor } from '../../domain/redaction/redact-document.ts';
import { operatorKeys, privacyPolicy } from '../../steps/support/privacy-policy.ts';
import type { UseCaseContext } from '../context.ts';

const MAX_TEXT = 1_000_000;

export const redactTextSchema = z.strictObject({
  text: z.string().max(MAX_TEXT),
  /** Instead of the tenant's policy. */
  policyId: z.string().max(64).optional(),
  /** ISO 3166 country of phone numbers without a country code. */
  region: z.enum(getCountries()).default('US'),
});
export type RedactText = z.infer<typeof redactTextSchema>;

export interface RedactedText {
  text: string;
  policy: { id: string; version: number };
  /** Everything found, also what the policy keeps; offsets are UTF-16 units of the input. */
  entities: (Entity & { operator: Operator['operator'] })[];
}

/** Redacts a text by the tenant's policy. Nothing of it is stored or logged. */
export async function redactText(ctx: UseCaseContext, input: RedactText): Promise<RedactedText> {
  const chosen = await privacyPolicy({ ports: ctx.ports, clock: ctx.platform.clock }, input.policyId);
  const policy = scopePolicy(chosen, { documentType: null, artifact: 'text', audience: null });
  const { text, region } = input;
  const [local, findings] = await Promise.all([
    ctx.ports.recognizers.local(),
    ctx.ports.recognizers.ask({ texts: [text] }),
  ]);
  const own = withOwnRecognizers(policy, local);
  const redactor = new DocumentRedactor(own.policy, { region, recognizers: own.recognizers, findings });
  const { entities, redacted } = redactor.redactText(text);
  const { values, findAgain } = redactor;
  return {
    text: await applyToText(text, redacted, { policy, keys: operatorKeys(ctx.ports), values, findAgain }),
    policy: { id: policy.id, version: policy.version },
    entities: entities.map((entity) => ({ ...entity, operator: operatorFor(policy, entity.type).operator })),
  };
}
