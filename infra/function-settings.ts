import { manifest } from '../shared/manifest.ts';
import type { Deployment } from './deployment.ts';
import { namesOf } from './names.ts';
import type { FunctionDef } from './workloads.ts';

/** Which service reads pages: the one with a GPU where there is one. */
export const ocrService = ({ environment }: Deployment): string =>
  environment.ocrGpu === null ? 'ocr-cpu' : 'ocr-gpu';

const CALLER_OF = { pubsub: 'push-caller', scheduler: 'scheduler-caller' } as const;

/** Steps that a function of them holds at once on one instance (see `workloads.ts`). */
const STEPS_AT_ONCE = 2;
/** Pages that one OCR instance is sent at once: while some are read, the next are on their way. */
const OCR_RANGES_AT_ONCE = 2;

/** How much may be under way at once in all: as much as there are instances for. */
function slots({ environment }: Deployment): Record<string, string> {
  const { scale, ocrGpu } = environment;
  const { max: readers } = ocrGpu ?? scale.ocrCpu;
  return {
    // A conversion has its instance of the converter to itself.
    RECTO_CONVERT_WORKERS: String(Math.min(64, scale.converter.max)),
    RECTO_OCR_SLOTS: String(readers * OCR_RANGES_AT_ONCE),
    RECTO_CPU_SLOTS: String(scale.steps.max * STEPS_AT_ONCE),
    RECTO_NETWORK_SLOTS: String(scale.steps.max * 16),
  };
}

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
    ...slots(deployment),
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
