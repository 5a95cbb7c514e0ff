import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildApp } from './build-app.ts';
import type { Deployment } from './deployment.ts';
import { check } from './policies/rule.ts';
import { rules } from './policies/rules.ts';
import { anchorsOf, readResources, type World } from './policies/world.ts';

const OPERATIONS = path.resolve(import.meta.dirname, '../docs/operations.md');

/** Writes Terraform's JSON of every stack, and reads it again as what the rules are checked against. */
export function synthesize(deployment: Deployment, outdir: string): World {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  buildApp(deployment, outdir).synth();
  return {
    environment: deployment.env,
    project: deployment.project,
    resources: readResources(outdir),
    runbooks: anchorsOf(readFileSync(OPERATIONS, 'utf8')),
  };
}

/** The same, and fails with every rule that it breaks. */
export function synthesizeChecked(deployment: Deployment, outdir: string): World {
  const world = synthesize(deployment, outdir);
  const findings = check(rules, world);
  if (findings.length > 0)
    throw new Error(`What was synthesized breaks rules:\n${findings.map(({ message }) => `  ${message}`).join('\n')}`);
  return world;
}
