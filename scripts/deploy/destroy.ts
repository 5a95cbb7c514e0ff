import { STACKS } from '../../infra/build-app.ts';
import { parseDeployment } from '../../infra/deployment.ts';
import { TENANT_SECRET_PREFIX } from '../../infra/stacks/secrets.ts';
import { synthesizeChecked } from '../../infra/synthesize.ts';
import type { Outside } from './deploy.ts';
import type { Options } from './options.ts';
import { terraform } from './terraform.ts';

/** Key rings cannot be deleted, and a second deployment would stumble over them; services of the project may be used by others. */
const KEPT = ['project', 'kms'];

/** Takes an environment down, data and all. What protects its data has to be lifted first, by a deployment that says so. */
export async function destroy(
  options: Options,
  { commands, say, ask, outdir }: Pick<Outside, 'commands' | 'say' | 'ask' | 'outdir'>,
): Promise<void> {
  const deployment = parseDeployment({ ...options.deployment, release: 'destroyed' });
  const { project, env } = deployment;
  if (env === 'prod' && !options.allowProd)
    throw new Error('This is prod. If it really is to go: --allow-prod, after a deployment with protectData: false.');
  if (!options.dryRun) {
    const answer = await ask(
      `Everything of Recto in ${project} (${env}) goes, documents and all. Type the project's id: `,
    );
    if (answer.trim() !== project) throw new Error('Nothing was changed.');
  }
  synthesizeChecked(deployment, outdir);
  const tf = terraform(commands, outdir);
  const stacks = Object.keys(STACKS)
    .reverse()
    .filter((stack) => !KEPT.includes(stack));
  for (const stack of stacks) {
    say(stack);
    await tf.destroy(stack);
  }
  say('what the platform made itself: secrets of tenants');
  const secrets = await commands.read(
    'gcloud',
    [
      'secrets',
      'list',
      `--filter=name~/secrets/${TENANT_SECRET_PREFIX}`,
      '--format=value(name)',
      `--project=${project}`,
    ],
    `${TENANT_SECRET_PREFIX}example`,
  );
  for (const name of lines(secrets))
    await commands.run('gcloud', ['secrets', 'delete', name, '--quiet', `--project=${project}`]);
  say(
    `Kept: the keys (${KEPT.join(', ')}) and the bucket with Terraform's state, which the next deployment takes up again.`,
  );
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
