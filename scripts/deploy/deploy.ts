import path from 'node:path';
import { RELEASE_STACKS, STACKS } from '../../infra/build-app.ts';
import { type Deployment, type FunctionSource, parseDeployment } from '../../infra/deployment.ts';
import { synthesizeChecked } from '../../infra/synthesize.ts';
import type { Commands } from './commands.ts';
import { firstKey } from './first-key.ts';
import { buildImages } from './images.ts';
import type { Options } from './options.ts';
import { preflight } from './preflight.ts';
import { releaseName } from './release.ts';
import { seedSecrets } from './seed-secrets.ts';
import { smokeTest } from './smoke.ts';
import { ensureStateBucket } from './state-bucket.ts';
import { terraform } from './terraform.ts';

/** What a deployment needs from the outside. */
export interface Outside {
  commands: Commands;
  say: (line: string) => void;
  /** The answer, '' where nobody can answer. */
  ask: (question: string) => Promise<string>;
  fetch: typeof fetch;
  sleep: (ms: number) => Promise<void>;
  now: () => number;
  /** Packs the bundles; a dry run has none. */
  packageFunctions: () => Record<string, FunctionSource>;
  /** Where Terraform's JSON goes. */
  outdir: string;
}

export interface Deployed {
  url: string;
  /** Null for a release only: the key is there already. */
  key: string | null;
}

/**
 * Brings an environment to what the code describes. Everything is checked first (which takes some services to be switched on, and
 * the bucket for Terraform's state), and shown before it is done; what failed half-way is finished by running it again.
 */
export async function deploy(options: Options, outside: Outside): Promise<Deployed> {
  const { commands, say } = outside;
  // Wrong parameters are told before any command runs.
  parseDeployment({ ...options.deployment, release: 'unknown' });
  const env = options.deployment.env;

  say('1. What is needed');
  const release = await releaseName(commands, env, outside.now);
  const before = parseDeployment({ ...options.deployment, release });
  await preflight(commands, before, options.releaseOnly);
  if (!options.releaseOnly) await ensureStateBucket(commands, before);

  say('2. Bundles of the functions');
  await commands.run('npm', ['run', '--silent', 'build']);
  const deployment: Deployment = { ...before, sources: outside.packageFunctions() };

  say('3. The plan');
  synthesizeChecked(deployment, outside.outdir);
  const tf = terraform(commands, outside.outdir);
  const stacks = options.releaseOnly ? RELEASE_STACKS : Object.keys(STACKS);
  for (const stack of stacks) {
    say(`   ${stack}`);
    await tf.plan(stack);
  }
  if (!options.yes && !options.dryRun) {
    const answer = await outside.ask(`Apply this to ${deployment.project} (${env})? Type yes: `);
    if (answer.trim() !== 'yes') throw new Error('Nothing was changed.');
  }

  say('4. Images and Terraform');
  const places = stacks.filter((stack) => !RELEASE_STACKS.some((name) => name === stack));
  const first = places.slice(0, places.indexOf('registry') + 1);
  const last = places.slice(first.length);
  for (const stack of first) await tf.apply(stack);
  await buildImages(commands, deployment);
  if (!options.releaseOnly) await seedSecrets(commands, deployment.project);
  for (const stack of [...RELEASE_STACKS, ...last]) await tf.apply(stack);
  if (options.releaseOnly) return { url: addressOf(deployment, null), key: null };

  say('5. The first key, and a document over HTTPS');
  const url = await tf.output('edge', 'url', addressOf(deployment, '123456789012'));
  if (deployment.domain !== null) {
    const address = await tf.output('edge', 'address-of-domain', '203.0.113.10');
    say(`   ${deployment.domain} must have an A record with ${address}`);
  }
  const key = await firstKey(commands, deployment, outside.sleep);
  if (options.dryRun) say(`   would send a document to ${url} and wait until it is read`);
  else
    await smokeTest({
      url,
      key,
      fetch: outside.fetch,
      sleep: outside.sleep,
      now: outside.now,
      say: (line) => say(`   ${line}`),
    });
  return { url, key };
}

function addressOf({ domain, environment }: Deployment, projectNumber: string | null): string {
  if (domain !== null) return `https://${domain}`;
  return projectNumber === null
    ? 'the address as before'
    : `https://api-${projectNumber}.${environment.region}.run.app`;
}

export const outdirOf = (root: string, env: string): string => path.join(root, 'cdktf.out', env);
