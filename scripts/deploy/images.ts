import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Deployment } from '../../infra/deployment.ts';
import { namesOf } from '../../infra/names.ts';
import type { Commands } from './commands.ts';

/** Images by name, and what each is built from. */
export const IMAGES = [
  { name: 'converter', dockerfile: 'functions/converter/Dockerfile', target: 'converter' },
  { name: 'ocr', dockerfile: 'gpu-service/Dockerfile', target: 'cpu' },
  { name: 'ocr-gpu', dockerfile: 'gpu-service/Dockerfile', target: 'gpu' },
] as const;

/** Fails with the names of files that images would be built from and that are not there. */
export function requireDockerfiles(root: string): void {
  const missing = new Set(
    IMAGES.map(({ dockerfile }) => dockerfile).filter((file) => !existsSync(path.join(root, file))),
  );
  if (missing.size > 0) throw new Error(`Images cannot be built without ${[...missing].join(', ')}.`);
}

/** Has Cloud Build make the release's images, but for those that are there: a release's images never change. */
export async function buildImages(commands: Commands, deployment: Deployment): Promise<void> {
  const { project, environment, release } = deployment;
  const names = namesOf(deployment);
  const wanted = IMAGES.filter(({ name }) => name !== 'ocr-gpu' || environment.ocrGpu !== null);
  for (const { name, dockerfile, target } of wanted) {
    const image = names.image(name, release);
    if (await commands.succeeds('gcloud', ['artifacts', 'docker', 'images', 'describe', image, `--project=${project}`]))
      continue;
    await commands.run('gcloud', [
      'builds',
      'submit',
      '.',
      `--project=${project}`,
      `--region=${environment.region}`,
      '--config=infra/cloudbuild.yaml',
      `--substitutions=_IMAGE=${image},_DOCKERFILE=${dockerfile},_TARGET=${target}`,
      `--service-account=projects/${project}/serviceAccounts/${names.serviceAccount('function-builder')}`,
      `--gcs-source-staging-dir=gs://${names.bucket('sources')}/images`,
    ]);
  }
}
