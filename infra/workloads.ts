import { stepTopic } from '../shared/domain/work.ts';
import { manifest, STEP_KINDS } from '../shared/manifest.ts';
import type { BucketName } from '../shared/ports/object-store.ts';
import type { Environment } from './environments.ts';

/** What an account may do, no more than its code asks of the ports. */
export interface Grants {
  /** Reads and writes records. */
  records: boolean;
  buckets: Readonly<Partial<Record<BucketName, 'read' | 'write'>>>;
  publishes: readonly string[];
  /** Takes what lies parked. */
  takesParked: boolean;
  invokes: readonly ServiceName[];
  /** Opens the master keys that tenants' keys are derived from. */
  keys: boolean;
  /** Of tenants: `read` opens them, `write` also makes and deletes them. */
  tenantSecrets: 'none' | 'read' | 'write';
  /** Signs upload and download links as itself. */
  signsLinks: boolean;
  /** Of the deployment's own. */
  secrets: readonly { id: SecretId; may: 'read' | 'add' }[];
}

/** Secrets of the deployment itself; their values are made by the deploy command and never in Terraform's state. */
export const SECRETS = {
  'metrics-token': 'lets a scraper of /metrics in',
  'first-api-key': 'the first key of the first tenant, written once by the platform',
} as const;
export type SecretId = keyof typeof SECRETS;

const nothing: Grants = {
  records: false,
  buckets: {},
  publishes: [],
  takesParked: false,
  invokes: [],
  keys: false,
  tenantSecrets: 'none',
  signsLinks: false,
  secrets: [],
};
/** Whatever ends work dispatches the next. */
const stepTopics = STEP_KINDS.map(stepTopic);
const engine: Grants = { ...nothing, records: true, publishes: stepTopics };
/** Whoever takes messages puts aside those that cannot be read, with the reason. */
const pushed: Grants = { ...engine, publishes: [...stepTopics, 'undeliverable'] };

export interface FunctionDef {
  /** Of the function, its bundle's folder and, with `fn-` before it, its account. */
  name: string;
  does: string;
  paths: readonly string[];
  calledBy: 'everyone' | 'pubsub' | 'scheduler';
  memory: string;
  cpu: string;
  concurrency: number;
  timeoutSeconds: number;
  tier: keyof Environment['scale'];
  grants: Grants;
  /** Environment variables that are secrets. */
  secretEnv: Readonly<Record<string, SecretId>>;
}

const STEPS: Readonly<Record<(typeof STEP_KINDS)[number], { does: string; memory: string; grants: Partial<Grants> }>> =
  {
    convert: {
      does: 'makes a PDF of a document',
      memory: '1Gi',
      grants: { buckets: { documents: 'read', artifacts: 'write' }, invokes: ['converter'], tenantSecrets: 'read' },
    },
    ocr: {
      does: 'reads pages',
      memory: '2Gi',
      grants: { buckets: { documents: 'read', artifacts: 'write' }, invokes: ['converter', 'ocr'] },
    },
    extract: { does: 'finds fields and tables', memory: '2Gi', grants: { buckets: { artifacts: 'write' } } },
    redact: {
      does: 'blackens what must not be seen',
      memory: '2Gi',
      grants: { buckets: { documents: 'read', artifacts: 'write' }, invokes: ['converter'], keys: true },
    },
    // Nothing in the cloud redacts recordings yet, so none is taken in and this one is never called: it scales to nothing.
    'redact-media': {
      does: 'silences and covers what of a recording must not be heard or seen',
      memory: '512Mi',
      grants: { buckets: { documents: 'read', artifacts: 'write' }, keys: true },
    },
    index: { does: 'makes text findable', memory: '1Gi', grants: { buckets: { artifacts: 'read' } } },
    webhook: { does: 'tells receivers', memory: '512Mi', grants: { tenantSecrets: 'read' } },
    reuse: {
      does: 'takes over finished results',
      memory: '2Gi',
      grants: { buckets: { artifacts: 'write' }, keys: true },
    },
  };

const house = { memory: '1Gi', cpu: '1', concurrency: 8, secretEnv: {} } as const;
const subscriptionTo = (topic: string) => {
  const found = manifest.subscriptions.find((entry) => entry.topic === topic);
  if (found === undefined) throw new Error(`The manifest has no subscription to "${topic}".`);
  return { paths: [found.path], timeoutSeconds: found.ackDeadlineSeconds, calledBy: 'pubsub' } as const;
};

export const functions: readonly FunctionDef[] = [
  {
    name: 'api',
    does: 'answers the HTTP API',
    paths: ['/'],
    calledBy: 'everyone',
    memory: '2Gi',
    cpu: '2',
    concurrency: 80,
    timeoutSeconds: 3600,
    tier: 'api',
    grants: {
      ...engine,
      buckets: { incoming: 'write', documents: 'write', artifacts: 'write' },
      invokes: ['converter', 'ocr'],
      keys: true,
      tenantSecrets: 'write',
      signsLinks: true,
      secrets: [{ id: 'metrics-token', may: 'read' }],
    },
    secretEnv: { RECTO_METRICS_TOKEN: 'metrics-token' },
  },
  {
    ...house,
    name: 'ingest',
    does: 'takes in files that arrived in a bucket',
    ...subscriptionTo('object-finalized'),
    tier: 'ingest',
    grants: {
      ...pushed,
      buckets: { incoming: 'write', documents: 'write' },
      invokes: ['converter'],
      // Names are redacted as documents come in, by operators with the tenant's keys.
      keys: true,
      tenantSecrets: 'write',
    },
  },
  ...STEP_KINDS.map(
    (kind): FunctionDef => ({
      name: `step-${kind}`,
      does: STEPS[kind].does,
      ...subscriptionTo(stepTopic(kind)),
      memory: STEPS[kind].memory,
      cpu: '1',
      // A step may hold a document's text and images: memory bounds how many run side by side.
      concurrency: kind === 'webhook' ? 16 : 2,
      tier: 'steps',
      grants: { ...pushed, ...STEPS[kind].grants },
      secretEnv: {},
    }),
  ),
  {
    ...house,
    name: 'schedule-tick',
    does: 'starts the runs of a schedule that is due',
    ...subscriptionTo('schedule-tick'),
    tier: 'house',
    grants: {
      ...pushed,
      buckets: { incoming: 'write', documents: 'write' },
      invokes: ['converter'],
      // Names are redacted as documents come in, by operators with the tenant's keys.
      keys: true,
      tenantSecrets: 'write',
    },
  },
  {
    ...house,
    name: 'undeliverable',
    does: 'records what the bus gave up on',
    ...subscriptionTo('undeliverable'),
    tier: 'house',
    grants: { ...engine, buckets: { incoming: 'write' } },
  },
  {
    ...house,
    name: 'scheduled',
    does: 'dispatches, and keeps house',
    paths: [...manifest.sweeps.map((sweep) => sweep.path), '/_scheduled/bootstrap'],
    calledBy: 'scheduler',
    timeoutSeconds: 1800,
    tier: 'house',
    grants: {
      ...engine,
      // Delayed messages may be for any topic; ticks of schedules have their own.
      publishes: manifest.topics,
      takesParked: true,
      buckets: { incoming: 'write', documents: 'write', artifacts: 'write' },
      invokes: ['converter'],
      keys: true,
      tenantSecrets: 'write',
      secrets: [{ id: 'first-api-key', may: 'add' }],
    },
  },
];

export type ServiceName = 'converter' | 'ocr';

/** Containers on Cloud Run: what parses bytes we do not trust, with no grants and no way out to a network. */
export const services = {
  converter: { account: 'run-converter', does: 'opens, converts and renders documents in isolation' },
  ocr: { account: 'run-ocr', does: 'reads page images' },
} as const satisfies Record<ServiceName, { account: string; does: string }>;

export const accountOf = (definition: FunctionDef): string => `fn-${definition.name}`;

/** Accounts that belong to no workload. */
export const CALLERS = {
  'push-caller': 'Pub/Sub proves itself with it to the functions that it pushes to',
  'scheduler-caller': 'Cloud Scheduler proves itself with it to the function `scheduled`',
  'function-builder': 'Cloud Build makes functions and images with it',
} as const;

/** The function behind a subscription's path. */
export function functionAt(path: string): FunctionDef {
  const found = functions.find((definition) => definition.paths.includes(path));
  if (found === undefined) throw new Error(`No function of infra/workloads.ts serves ${path}.`);
  return found;
}
