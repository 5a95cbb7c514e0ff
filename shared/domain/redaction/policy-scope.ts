import type { Operator, Policy, PolicyRule, REDACTED_ARTIFACTS, ScopedPolicy } from '../policy.ts';
import { ownType } from './field-types.ts';
import { ENTITY_TYPES } from './registry.ts';

/** What is being redacted, and for whom. */
export interface PolicyScope {
  documentType: string | null;
  artifact: (typeof REDACTED_ARTIFACTS)[number];
  audience: string | null;
}

const allows = (list: readonly string[] | undefined, value: string | null): boolean =>
  list === undefined || (value !== null && list.includes(value));

const inScope = (rule: PolicyRule, scope: PolicyScope): boolean =>
  allows(rule.documentTypes, scope.documentType) &&
  allows(rule.artifacts, scope.artifact) &&
  allows(rule.audiences, scope.audience);

/** The policy as it applies in the scope. A rule that names fields speaks of these fields only. */
export function scopePolicy(policy: Policy, scope: PolicyScope): ScopedPolicy {
  const rules = policy.rules.filter((rule) => inScope(rule, scope));
  const forTypes = rules.filter((rule) => rule.fields === undefined);
  const types = new Set([
    ...ENTITY_TYPES,
    ...Object.keys(policy.entities),
    ...policy.recognizers.flatMap((one) => (one.kind === 'allow' ? [] : [one.type])),
    ...forTypes.flatMap((rule) => rule.entities ?? []),
  ]);
  const entities: Record<string, Operator> = { ...policy.entities };
  const thresholds: Record<string, number> = {};
  const reviewed: string[] = [];
  for (const type of types) {
    const rule = forTypes.find((one) => allows(one.entities, type));
    if (rule === undefined) continue;
    entities[type] = rule.operator;
    if (rule.threshold !== undefined) thresholds[type] = rule.threshold;
    if (rule.review) reviewed.push(type);
  }
  const fields: Record<string, Operator> = {};
  for (const rule of rules)
    for (const field of rule.fields ?? []) {
      if (Object.hasOwn(fields, field)) continue;
      fields[field] = rule.operator;
      entities[ownType(field)] = rule.operator;
    }
  return { ...policy, entities, fields, thresholds, reviewed };
}
