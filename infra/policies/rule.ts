import type { World } from './world.ts';

/** Something that must hold of every environment. */
export interface Rule {
  name: string;
  /** What goes wrong otherwise. */
  because: string;
  /** One line for each place where it does not hold: which resource, and what is missing. */
  violations(world: World): string[];
}

export interface Finding {
  rule: string;
  message: string;
}

export function check(rules: readonly Rule[], world: World): Finding[] {
  return rules.flatMap((rule) =>
    rule.violations(world).map((line) => ({
      rule: rule.name,
      message: `${world.environment}, ${line} (${rule.name}: ${rule.because})`,
    })),
  );
}
