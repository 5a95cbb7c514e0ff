import type { Deployment } from '../../infra/deployment.ts';
import type { Commands } from './commands.ts';

const PATIENCE = 24;
const PAUSE_MS = 5000;

/**
 * Has the platform make the first tenant, and reads its key from the secret that only the platform may write. Where there is
 * a tenant already the secret holds the key of then.
 */
export async function firstKey(
  commands: Commands,
  { project, environment }: Deployment,
  sleep: (ms: number) => Promise<void>,
): Promise<string> {
  await commands.run('gcloud', [
    'scheduler',
    'jobs',
    'run',
    'recto-bootstrap',
    `--location=${environment.region}`,
    `--project=${project}`,
  ]);
  for (let tries = 0; tries < PATIENCE; tries++) {
    const versions = await commands.read(
      'gcloud',
      [
        'secrets',
        'versions',
        'list',
        'first-api-key',
        '--filter=state=ENABLED',
        '--limit=1',
        '--format=value(name)',
        `--project=${project}`,
      ],
      '1',
    );
    if (versions !== '')
      return commands.read(
        'gcloud',
        ['secrets', 'versions', 'access', 'latest', '--secret=first-api-key', `--project=${project}`],
        'rk_the_first_key',
      );
    await sleep(PAUSE_MS);
  }
  throw new Error(
    'The platform made no first key within two minutes. The log of the function `scheduled` says why; then run deploy again.',
  );
}
