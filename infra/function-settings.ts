import { manifest } from '../shared/manifest.ts';
import type { Deployment } from './deployment.ts';
import { namesOf } from './names.ts';
import type { FunctionDef } from './workloads.ts';

/** Which service reads pages: the one with a GPU where there is one. */
export const ocrService = ({ environment }: Deployment): string =>
  environment.ocrGpu === null ? 'ocr-cpu' : 'ocr-gpu';

const CALLER_OF = { pubsub: 'push-caller', scheduler: 'scheduler-caller' } as const;

/** What a function reads from its environment. Secrets come beside it, by reference. */
export function functionSettings(
  definition: FunctionDef,
  deployment: Deployment,
  projectNumber: string,
): Record<string, string> {
  const names = namesOf(deployment);
  const { project, domain, environment } = deployment;
  return {
    // Set by the platform anyway; unset here, every plan would differ from what runs.
    LOG_EXECUTION_ID: 'true',
    NODE_ENV: 'production',
    RECTO_PLATFORM: 'gcp',
    RECTO_ENVIRONMENT: environment.name,
    RECTO_GCP_PROJECT: project,
    RECTO_GCP_REGION: environment.region,
    RECTO_FIRESTORE_DATABASE: names.database,
    ...Object.fromEntries(manifest.buckets.map((name) => [`RECTO_BUCKET_${name.toUpperCase()}`, names.bucket(name)])),
    RECTO_KMS_KEY: names.key('tenant-data'),
    RECTO_SECRETS_KMS_KEY: names.key('secrets'),
    RECTO_PUBLIC_URL: domain === null ? names.url('api', projectNumber) : `https://${domain}`,
    RECTO_OCR_URL: names.url(ocrService(deployment), projectNumber),
    RECTO_CONVERTER_URL: names.url('converter', projectNumber),
    // Where the platform puts the first key of the first tenant.
    ...(definition.grants.secrets.some(({ id, may }) => id === 'first-api-key' && may === 'add')
      ? { RECTO_FIRST_KEY_SECRET: names.secret('first-api-key') }
      : {}),
    // Who may call, where not everyone may: the account and the audience that its token must name.
    ...(definition.calledBy === 'everyone'
      ? {}
      : {
          RECTO_CALLER: names.serviceAccount(CALLER_OF[definition.calledBy]),
          RECTO_AUDIENCE: names.url(definition.name, projectNumber),
        }),
  };
}
