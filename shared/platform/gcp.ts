import { systemClock } from '../adapters/embedded/clock.ts';
import { createLogger } from '../adapters/embedded/logger.ts';
import { createMetrics } from '../adapters/embedded/metrics.ts';
import { createConverter } from '../adapters/gcp/converter.ts';
import { createDocumentStore } from '../adapters/gcp/document-store.ts';
import { createFirestore } from '../adapters/gcp/firestore-client.ts';
import {
  applicationDefaultIdentity,
  emulatorIdentity,
  type GoogleIdentity,
  metadataIdentity,
} from '../adapters/gcp/google-auth.ts';
import { createGoogleApi } from '../adapters/gcp/google-http.ts';
import { withinRequestLimit } from '../adapters/gcp/inference.ts';
import { createKeyManager } from '../adapters/gcp/key-manager.ts';
import { openKeyRing } from '../adapters/gcp/key-ring.ts';
import { createKms } from '../adapters/gcp/kms-client.ts';
import { largeOverHttp2 } from '../adapters/gcp/large-requests.ts';
import { withSeverity } from '../adapters/gcp/log-lines.ts';
import { createMediaRedactor } from '../adapters/gcp/media-redactor.ts';
import { createMessageBus, takeParked } from '../adapters/gcp/message-bus.ts';
import { createObjectStore } from '../adapters/gcp/object-store.ts';
import { createPubSub } from '../adapters/gcp/pubsub-client.ts';
import { createScheduler } from '../adapters/gcp/scheduler.ts';
import { createSearchIndex } from '../adapters/gcp/search-index.ts';
import { createSecretManager } from '../adapters/gcp/secret-manager-client.ts';
import { createSecretStore } from '../adapters/gcp/secret-store.ts';
import { arrivalAttributes } from '../adapters/gcp/storage-arrivals.ts';
import { createStorage } from '../adapters/gcp/storage-client.ts';
import { createUrlSigner, standInSigner } from '../adapters/gcp/url-signer.ts';
import type { GcpConfig } from '../config-gcp.ts';
import { cloudCollections } from '../domain/cloud-records.ts';
import { SYSTEM_TENANT } from '../domain/collections.ts';
import { manifest } from '../manifest.ts';
import type { PushEnvelope } from '../ports/message-bus.ts';
import type { Platform } from '../ports/platform.ts';
import { gcpHealth } from './gcp-health.ts';
import { lateMailbox, lateRecognizers } from './late.ts';
import { createOcrEngines } from './ocr-engines.ts';
import { ocrHealth } from './ocr-health.ts';
import { tenants } from './tenants.ts';

export interface GcpOptions {
  /** Which function this is; in every line of the log. */
  function: string;
  /** Takes a whole log line; default: standard output. */
  writeLog?: ((line: string) => void) | undefined;
}

export type GcpPlatform = Awaited<ReturnType<typeof createGcpPlatform>>;

/** On Google's machines the metadata server; elsewhere what the developer is logged in with; nobody where all is emulated. */
async function identityOf(config: GcpConfig): Promise<GoogleIdentity> {
  if (config.environment === 'local') return emulatorIdentity;
  // Cloud Run and Cloud Functions set it.
  return process.env.K_SERVICE === undefined ? applicationDefaultIdentity() : metadataIdentity();
}

/** As infra makes the subscription of what is parked. */
const PARKED = {
  ackDeadlineSeconds: 60,
  maxDeliveryAttempts: 100,
  minBackoffSeconds: 10,
  maxBackoffSeconds: 600,
  deadLetterTopic: null,
} as const;

/** The whole platform on Google Cloud. Calls nothing by itself: what is needed is asked for when it is. */
export async function createGcpPlatform(config: GcpConfig, options: GcpOptions) {
  const clock = systemClock;
  const write = options.writeLog ?? ((line: string): void => void process.stdout.write(line));
  const log = createLogger({
    level: config.logLevel,
    clock,
    write: (line) => write(withSeverity(line)),
  }).with({ function: options.function });
  const metrics = createMetrics();
  const identity = await identityOf(config);
  const api = (service: string, emulated: boolean) =>
    createGoogleApi({ service, authorize: emulated ? emulatorIdentity.authorize : identity.authorize });
  const { project, origins, emulated } = config;

  const firestore = createFirestore({
    api: api('Firestore', emulated.firestore),
    project,
    database: config.database,
    origin: origins.firestore,
  });
  const collections = [...manifest.collections, ...cloudCollections];
  const records = createDocumentStore({ firestore, clock, collections });
  const system = records.system();
  const pubsub = createPubSub({ api: api('Pub/Sub', emulated.pubsub), project, origin: origins.pubsub });
  const bus = createMessageBus({ pubsub, store: system, clock, topics: manifest.topics });
  const objects = createObjectStore({
    storage: createStorage({ api: api('Cloud Storage', emulated.storage), origin: origins.storage }),
    clock,
    buckets: config.buckets,
    signer: emulated.storage
      ? standInSigner()
      : createUrlSigner({ identity, api: api('IAM', false), origin: origins.iam }),
    signedOrigin: origins.storage,
  });
  const search = createSearchIndex({ firestore });
  const scheduler = createScheduler({ store: system, bus, clock, log });
  const ring = openKeyRing({
    store: system,
    kms: createKms({ api: api('Cloud KMS', emulated.kms), key: config.kmsKey, origin: origins.kms }),
    clock,
  });
  const secretManager = createSecretManager({
    api: api('Secret Manager', emulated.secrets),
    project,
    origin: origins.secrets,
    region: config.region,
    kmsKey: config.secretsKmsKey,
  });
  const secrets = createSecretStore({ manager: secretManager, store: system, log });
  const converter = createConverter({
    url: config.converterUrl,
    authorize: identity.authorizeFor(new URL(config.converterUrl).origin),
  });
  const tokenOf = async (authorize: () => Promise<Readonly<Record<string, string>>>): Promise<string | null> =>
    (await authorize()).authorization?.replace(/^Bearer /i, '') ?? null;
  const engines = createOcrEngines({
    config: config.ocr,
    own: () => {
      throw new Error('In the cloud the OCR service has a URL.');
    },
    store: system,
    clock,
    log,
    metrics,
    google: (auth, url) => () =>
      tokenOf(auth === 'google' ? identity.authorize : identity.authorizeFor(new URL(url).origin)),
    send: largeOverHttp2(),
  });
  const mailbox = lateMailbox(async () => {
    const { createMailbox } = await import('../adapters/embedded/mailbox.ts');
    return createMailbox({ clock, allowPrivate: config.allowPrivateWebhooks });
  });
  const recognizers = lateRecognizers(async () => {
    const { createPlatformRecognizers } = await import('./recognizers.ts');
    return createPlatformRecognizers({ engines: config.recognizers, clock, log });
  });

  const forTenant = tenants((tenantId) => ({
    tenantId,
    store: records.forTenant(tenantId),
    objects: objects.forTenant(tenantId),
    search: search.forTenant(tenantId),
    secrets: secrets.forOwner(tenantId),
    keys: createKeyManager({ ring, owner: tenantId }),
    scheduler: scheduler.forTenant(tenantId),
    recognizers,
  }));

  const platform = {
    forTenant,
    system: {
      store: system,
      secrets: secrets.forOwner(SYSTEM_TENANT),
      keys: createKeyManager({ ring, owner: SYSTEM_TENANT }),
    },
    bus,
    converter,
    media: createMediaRedactor(),
    inference: withinRequestLimit(engines),
    mailbox,
    clock,
    log,
    metrics,
    health: gcpHealth({
      store: system,
      objects: objects.forTenant(SYSTEM_TENANT),
      converter,
      engines: ocrHealth({ engines, ocr: null, clock }),
      clock,
    }),
    /** A storage notification's attributes as the handler of arrivals reads them; null for what is none of our objects. */
    arrivalAttributes: (attributes: Readonly<Record<string, string>>) => arrivalAttributes(attributes, config.buckets),
    /** Publishes the schedules' ticks that are due; the count. */
    publishTicks: () => scheduler.publishDue(),
    /** Publishes the delayed messages that are due; the count. */
    publishDelayed: () => bus.publishDue(),
    /** Deletes expired records; the count. */
    sweepExpired: () => records.sweepExpired(),
    /** Hands what even the recorder of dead letters could not take to `handle`; what that rejects stays parked. */
    takeParked: (handle: (envelope: PushEnvelope) => Promise<void>, limit: number) =>
      takeParked({
        pubsub,
        subscription: manifest.parked.subscription,
        limit,
        handle,
        failed: (messageId, error) => log.warn('a parked message could not be handled; it stays', { messageId, error }),
      }),
    /** Adds a version to a secret of the deployment itself. */
    addSecretVersion: async (secret: string, value: string): Promise<void> => {
      await secretManager.addVersion(secret, Buffer.from(value), {});
    },
    /** Adds a master key, current from now on. */
    rotateKeys: () => ring.rotate(),
    /**
     * What infra makes in the cloud, on stand-ins: topics, push subscriptions to the handlers' origin, buckets.
     * Refused outside of `local`.
     */
    ensureLocal: (originOf: (path: string) => string) => ensureLocal(originOf),
    close: () => converter.close(),
  };
  return platform satisfies Platform;

  async function ensureLocal(originOf: (path: string) => string): Promise<void> {
    if (config.environment !== 'local') throw new Error('Infrastructure of the cloud is made by infra/.');
    const { parked } = manifest;
    await Promise.all([...manifest.topics, parked.topic].map((topic) => pubsub.ensureTopic(topic)));
    await Promise.all([
      ...manifest.subscriptions.map((def) =>
        pubsub.ensureSubscription(
          { ...def, deadLetterTopic: def.deadLetterTopic ?? parked.topic },
          originOf(def.path) + def.path,
        ),
      ),
      pubsub.ensureSubscription({ ...PARKED, name: parked.subscription, topic: parked.topic }, null),
    ]);
    const storageApi = api('Cloud Storage', true);
    for (const name of Object.values(config.buckets))
      await storageApi.json({
        method: 'POST',
        url: `${origins.storage}/storage/v1/b?project=${project}`,
        json: { name },
        accept: [409],
      });
  }
}
