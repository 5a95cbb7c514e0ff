import { z } from 'zod';
import { type Config, parseConfig } from './config.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface GcpConfig extends Config {
  /** `local`: against stand-ins on one machine. */
  environment: 'local' | 'dev' | 'staging' | 'prod';
  project: string;
  region: string;
  database: string;
  buckets: { incoming: string; documents: string; artifacts: string };
  /** Key of Cloud KMS that wraps the master keys. */
  kmsKey: string;
  /** Key of Cloud KMS that secrets are encrypted with; null: Google's own. */
  secretsKmsKey: string | null;
  converterUrl: string;
  /** Origins of the APIs, without a slash at their ends. */
  origins: { firestore: string; pubsub: string; storage: string; kms: string; secrets: string; iam: string };
  /** Whether requests to those carry real credentials. */
  emulated: { firestore: boolean; pubsub: boolean; storage: boolean; kms: boolean; secrets: boolean };
  /** Whose identity tokens the push and scheduled endpoints take, and for which audience; null: the API's function. */
  caller: { serviceAccount: string; audience: string } | null;
}

const bucketName = z.string().regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'must be the name of a bucket');
const kmsKeyName = z
  .string()
  .regex(
    /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
    'must be the full name of a key, projects/…/cryptoKeys/…',
  );

const schema = z.object({
  RECTO_ENVIRONMENT: z.enum(['local', 'dev', 'staging', 'prod']),
  RECTO_GCP_PROJECT: z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'must be the id of a project'),
  RECTO_GCP_REGION: z.string().regex(/^[a-z]+-[a-z]+\d+$/, 'must be a region such as europe-west1'),
  RECTO_FIRESTORE_DATABASE: z
    .string()
    .regex(/^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/, 'must be the id of a database')
    .default('(default)'),
  RECTO_BUCKET_INCOMING: bucketName,
  RECTO_BUCKET_DOCUMENTS: bucketName,
  RECTO_BUCKET_ARTIFACTS: bucketName,
  RECTO_KMS_KEY: kmsKeyName,
  RECTO_SECRETS_KMS_KEY: kmsKeyName.optional(),
  RECTO_CONVERTER_URL: z.url({ protocol: /^https?$/ }),
  RECTO_CALLER: z.email().optional(),
  RECTO_AUDIENCE: z.url({ protocol: /^https?$/ }).optional(),
});

/** Of a stand-in: host and port, as Google's own tools write it, or a URL. */
const STAND_INS = {
  firestore: { variable: 'FIRESTORE_EMULATOR_HOST', origin: 'https://firestore.googleapis.com' },
  pubsub: { variable: 'PUBSUB_EMULATOR_HOST', origin: 'https://pubsub.googleapis.com' },
  storage: { variable: 'STORAGE_EMULATOR_HOST', origin: 'https://storage.googleapis.com' },
  kms: { variable: 'RECTO_KMS_ENDPOINT', origin: 'https://cloudkms.googleapis.com' },
  secrets: { variable: 'RECTO_SECRETS_ENDPOINT', origin: 'https://secretmanager.googleapis.com' },
} as const;
type Service = keyof typeof STAND_INS;
const SERVICES = ['firestore', 'pubsub', 'storage', 'kms', 'secrets'] as const satisfies readonly Service[];

/** Values that somebody left from trying things out. */
const TEST_LIKE =
  /(?:^|[-_./])(?:test|tests|demo|example|dummy|fake|changeme|change-me|your|placeholder|todo|xxx+)(?:$|[-_./])/i;
const LOCAL_HOST = /^(?:localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0|.*\.(?:test|example|invalid|localhost))$/i;

/**
 * Reads the environment of a process in the cloud, once. Everywhere but in `local` it is as strict as production is: the error
 * names every variable that is missing, wrong or looks like a test's, in one line each.
 */
export function parseGcpConfig(given: Env): GcpConfig {
  const local = given.RECTO_ENVIRONMENT === 'local';
  const env: Env = {
    // Cloud Run checks who calls by an identity token; anything else would have to be asked for.
    RECTO_OCR_RECTO_PPOCR_AUTH: local ? 'none' : 'identity',
    ...given,
    RECTO_ENV: local ? 'development' : 'production',
  };
  const problems: string[] = [];
  const parsed = schema.safeParse(env);
  for (const issue of parsed.error?.issues ?? []) problems.push(`${issue.path.join('.')}: ${issue.message}`);
  if (!local) problems.push(...notDeployable(env));
  let common: Config | null = null;
  try {
    common = parseConfig(env);
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    // Its own list, less its first and last line.
    problems.push(
      ...thrown.message
        .split('\n')
        .slice(1, -1)
        .map((line) => line.trim()),
    );
  }
  if (!parsed.success || common === null || problems.length > 0)
    throw new Error(
      `The configuration is not valid:\n${[...new Set(problems)].map((line) => `  ${line}`).join('\n')}\nSee docs/gcp.md for every variable.`,
    );
  const value = parsed.data;
  const standIn = (service: Service): string => env[STAND_INS[service].variable] ?? '';
  const originOf = (service: Service): string => {
    const address = standIn(service);
    if (address === '') return STAND_INS[service].origin;
    return (address.includes('://') ? address : `http://${address}`).replace(/\/$/, '');
  };
  const { RECTO_CALLER: serviceAccount, RECTO_AUDIENCE: audience } = value;
  return {
    ...common,
    environment: value.RECTO_ENVIRONMENT,
    project: value.RECTO_GCP_PROJECT,
    region: value.RECTO_GCP_REGION,
    database: value.RECTO_FIRESTORE_DATABASE,
    buckets: {
      incoming: value.RECTO_BUCKET_INCOMING,
      documents: value.RECTO_BUCKET_DOCUMENTS,
      artifacts: value.RECTO_BUCKET_ARTIFACTS,
    },
    kmsKey: value.RECTO_KMS_KEY,
    secretsKmsKey: value.RECTO_SECRETS_KMS_KEY ?? null,
    converterUrl: value.RECTO_CONVERTER_URL.replace(/\/$/, ''),
    origins: {
      firestore: originOf('firestore'),
      pubsub: originOf('pubsub'),
      storage: originOf('storage'),
      kms: originOf('kms'),
      secrets: originOf('secrets'),
      iam: 'https://iamcredentials.googleapis.com',
    },
    emulated: {
      firestore: standIn('firestore') !== '',
      pubsub: standIn('pubsub') !== '',
      storage: standIn('storage') !== '',
      kms: standIn('kms') !== '',
      secrets: standIn('secrets') !== '',
    },
    caller: serviceAccount === undefined || audience === undefined ? null : { serviceAccount, audience },
  };
}

/** What has no place in the cloud. */
function notDeployable(env: Env): string[] {
  const problems: string[] = [];
  for (const service of SERVICES) {
    const { variable } = STAND_INS[service];
    if ((env[variable] ?? '') !== '')
      problems.push(`${variable}: names a stand-in; outside of "local" it must not be set`);
  }
  for (const name of Object.keys(schema.shape)) {
    const value = env[name] ?? '';
    if (name !== 'RECTO_ENVIRONMENT' && TEST_LIKE.test(value))
      problems.push(`${name}: "${value}" looks like a test's value`);
  }
  for (const name of ['RECTO_CONVERTER_URL', 'RECTO_AUDIENCE', 'RECTO_PUBLIC_URL']) {
    const value = env[name] ?? '';
    if (!URL.canParse(value)) continue;
    const { protocol, hostname } = new URL(value);
    if (protocol !== 'https:') problems.push(`${name}: must be https`);
    else if (LOCAL_HOST.test(hostname)) problems.push(`${name}: ${hostname} is a host of tests`);
  }
  if ((env.RECTO_PUBLIC_URL ?? '') === '') problems.push('RECTO_PUBLIC_URL: is missing');
  for (const [one, other] of [
    ['RECTO_CALLER', 'RECTO_AUDIENCE'],
    ['RECTO_AUDIENCE', 'RECTO_CALLER'],
  ] as const)
    if ((env[one] ?? '') !== '' && (env[other] ?? '') === '') problems.push(`${other}: is missing beside ${one}`);
  return problems;
}
