import type { Policy } from '../policy.ts';

/** One place in which two versions of a policy differ; absent: null. */
export interface PolicyChange {
  /** `threshold`, `entities.PERSON`, `rules.2`, `deny`, … */
  path: string;
  from: unknown;
  to: unknown;
}

const PLAIN = ['name', 'threshold', 'default', 'pages', 'media', 'recognizers', 'allow', 'deny'] as const;

/** What would change if the one version were replaced by the other. Rules are compared by their place: their order counts. */
export function policyDiff(before: Policy, after: Policy): PolicyChange[] {
  const changes: PolicyChange[] = [];
  const compare = (path: string, from: unknown, to: unknown): void => {
    if (JSON.stringify(from) !== JSON.stringify(to)) changes.push({ path, from: from ?? null, to: to ?? null });
  };
  for (const key of PLAIN) compare(key, before[key], after[key]);
  for (const type of new Set([...Object.keys(before.entities), ...Object.keys(after.entities)]))
    compare(`entities.${type}`, before.entities[type], after.entities[type]);
  for (let i = 0; i < Math.max(before.rules.length, after.rules.length); i++)
    compare(`rules.${i}`, before.rules[i], after.rules[i]);
  return changes;
}
