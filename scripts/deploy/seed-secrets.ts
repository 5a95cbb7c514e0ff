import { randomBytes } from 'node:crypto';
import type { Commands } from './commands.ts';

/** Values that nobody needs to choose. They go from here to Secret Manager, through no file, argument or log. */
const GENERATED = ['metrics-token'] as const;

/** Gives each such secret its first value, and leaves it alone when it has one. */
export async function seedSecrets(commands: Commands, project: string): Promise<void> {
  for (const secret of GENERATED) {
    const versions = await commands.read(
      'gcloud',
      [
        'secrets',
        'versions',
        'list',
        secret,
        '--filter=state=ENABLED',
        '--limit=1',
        '--format=value(name)',
        `--project=${project}`,
      ],
      '',
    );
    if (versions !== '') continue;
    await commands.run('gcloud', ['secrets', 'versions', 'add', secret, '--data-file=-', `--project=${project}`], {
      input: randomBytes(32).toString('base64url'),
    });
  }
}
