import type { Deployment } from '../../infra/deployment.ts';
import { stateBucketOf } from '../../infra/stacks/recto-stack.ts';
import type { Commands } from './commands.ts';

/** The bucket for Terraform's state cannot be in that state: it is made here, once, private and with versions. */
export async function ensureStateBucket(commands: Commands, { project, environment }: Deployment): Promise<void> {
  const bucket = `gs://${stateBucketOf(project)}`;
  if (!(await commands.succeeds('gcloud', ['storage', 'buckets', 'describe', bucket, `--project=${project}`]))) {
    await commands.run('gcloud', [
      'storage',
      'buckets',
      'create',
      bucket,
      `--project=${project}`,
      `--location=${environment.region}`,
      '--uniform-bucket-level-access',
      '--public-access-prevention',
    ]);
    await commands.run('gcloud', ['storage', 'buckets', 'update', bucket, '--versioning', `--project=${project}`]);
  }
  // Brings the account into being that encrypts objects with our key; Terraform has no resource that would.
  await commands.run('gcloud', ['storage', 'service-agent', `--project=${project}`]);
}
