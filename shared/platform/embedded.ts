import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createBucketWatcher } from '../adapters/embedded/bucket-watcher.ts';
import { systemClock } from '../adapters/embedded/clock.ts';
import { createConverter } from '../adapters/embedded/converter.ts';
import { createDocumentStore } from '../adapters/embedded/document-store.ts';
import { createInference } from '../adapters/embedded/inference.ts';
import { createKeyManager } from '../adapters/embedded/key-manager.ts';
import { openKeyRing } from '../adapters/embedded/key-ring.ts';
import { createLogger } from '../adapters/embedded/logger.ts';
import { createMailbox } from '../adapters/embedded/mailbox.ts';
import { createMediaRedactor } from '../adapters/embedded/media-redactor.ts';
import { createMessageBus } from '../adapters/embedded/message-bus.ts';
import { createMetrics } from '../adapters/embedded/metrics.ts';
import { CORE_MIGRATIONS } from '../adapters/embedded/migrations/core.ts';
import { createObjectStore } from '../adapters/embedded/object-store.ts';
import { createScheduler } from '../adapters/embedded/scheduler.ts';
import { createSearchIndex } from '../adapters/embedded/search-index.ts';
import { createSecretStore } from '../adapters/embedded/secret-store.ts';
import { createServiceProcess, type ServiceProcess } from '../adapters/embedded/service-process.ts';
import { openDatabase } from '../adapters/embedded/sqlite.ts';
import { createCommitQueue } from '../adapters/embedded/sqlite-commits.ts';
import type { Config } from '../config.ts';
import { SYSTEM_TENANT } from '../domain/collections.ts';
import { manifest } from '../manifest.ts';
import type { Platform } from '../ports/platform.ts';
import { embeddedHealth } from './embedded-health.ts';
import { createOcrEngines } from './ocr-engines.ts';
import { createPlatformRecognizers } from './recognizers.ts';
import { tenants } from './tenants.ts';

export type { ServiceProcess, ServiceState } from '../adapters/embedded/service-process.ts';

/** What only one process of an installation does: `front` serves the API and delivers, `steps` runs the steps. */
export type Role = 'front' | 'steps';

export interface EmbeddedOptions {
  role: Role;
  /** What the bus proves itself with at the push endpoints. */
  token: string;
  /** Origin of the URLs that are handed out. */
  baseUrl: () => string;
  /** The OCR service of another process of this installation; default: one of our own, started when it is needed. */
  ocr?: ServiceProcess | undefined;
  /** Takes a whole log line; default: standard output. */
  writeLog?: ((line: string) => void) | undefined;
}

export type EmbeddedPlatform = Awaited<ReturnType<typeof createEmbeddedPlatform>>;

/** The whole platform on one machine, under `config.dataDir`. */
export async function createEmbeddedPlatform(config: Config, options: EmbeddedOptions) {
  const root = config.dataDir;
  mkdirSync(path.join(root, 'db'), { recursive: true });
  const clock = systemClock;
  const log = createLogger({
    level: config.logLevel,
    clock,
    ...(options.writeLog === undefined ? {} : { write: options.writeLog }),
  }).with({ process: options.role });
  const metrics = createMetrics();
  const db = openDatabase(path.join(root, 'db', 'recto.db'), CORE_MIGRATIONS);
  const commits = createCommitQueue(db);
  const records = createDocumentStore({ db, commits, clock, collections: manifest.collections });
  const bus = createMessageBus({
    db,
    commits,
    clock,
    log,
    metrics,
    topics: manifest.topics,
    subscriptions: manifest.subscriptions,
    token: options.token,
  });
  const ring = openKeyRing(path.join(root, 'keys'));
  const system = { store: records.system(), secrets: null, keys: createKeyManager({ ring, owner: SYSTEM_TENANT }) };
  const signingKey = await system.keys.mac('signed-urls', new Uint8Array());
  const objects = createObjectStore({
    root,
    clock,
    signingKey,
    baseUrl: options.baseUrl,
    temporary: path.join(root, 'tmp', options.role),
  });
  const secrets = createSecretStore({ file: path.join(root, 'db', 'secrets.db'), ring });
  const search = createSearchIndex({ file: path.join(root, 'db', 'search.db'), clock });
  const scheduler = createScheduler({ file: path.join(root, 'db', 'scheduler.db'), bus, clock, log });
  const watcher = createBucketWatcher({ root, bus, clock, log, file: path.join(root, 'db', 'watcher.db') });
  const converter = createConverter({
    tmpDir: path.join(root, 'tmp', `${options.role}-converter`),
    officeWorkers: config.pools.convert,
    docWorkers: config.pools.convert,
    timeoutMs: config.convertTimeoutMs,
    log,
    metrics,
    clock,
  });
  const media = createMediaRedactor({
    tmpDir: path.join(root, 'tmp', `${options.role}-media`),
    limits: config.recordings,
  });
  const ocrProcess =
    config.ocrUrl === null
      ? (options.ocr ??
        createServiceProcess({
          entry: path.resolve(import.meta.dirname, '../../gpu-service/main.ts'),
          env: {
            OCR_AUTH: 'token',
            OCR_TOKEN: ocrToken(options.token),
            OCR_QUANTIZED_DIR: path.join(root, 'models'),
          },
          niceness: OCR_NICENESS,
          clock,
          log,
        }))
      : null;
  const authorization = ocrProcess === null ? null : `Bearer ${ocrToken(options.token)}`;
  const inference = createOcrEngines({
    config: config.ocr,
    own: () => createInference({ service: ocrProcess ?? config.ocrUrl ?? '', authorization, log, metrics }),
    store: system.store,
    clock,
    log,
    metrics,
  });
  const recognizers = createPlatformRecognizers({ engines: config.recognizers, clock, log });
  const mailbox = createMailbox({ clock, allowPrivate: config.allowPrivateWebhooks });

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
    system: { store: system.store, secrets: secrets.forOwner(SYSTEM_TENANT), keys: system.keys },
    bus,
    converter,
    media,
    inference,
    mailbox,
    clock,
    log,
    metrics,
    health: embeddedHealth({ root, store: system.store, converter, ocr: ocrProcess, engines: inference, clock }),
    openSigned: (token: string) => objects.openSigned(token),
    scheduler,
    watcher,
    /** Our own OCR service, to lend; null when it runs elsewhere. */
    ocr: ocrProcess,
    /** Deletes expired records; the count. */
    sweepExpired: () => records.sweepExpired(),
    close: async () => {
      await watcher.stop();
      await scheduler.stop();
      await bus.stop();
      await Promise.all([converter.close(), media.close(), ocrProcess?.stop(), objects.close()]);
      commits.flush();
      for (const store of [search, scheduler, secrets, watcher]) store.close();
      db.close();
    },
  };
  return platform satisfies Platform;
}

/** Below the API: on a busy machine people are answered first. */
const OCR_NICENESS = 15;

/** Known to the processes of one installation, which share a token of its own for each start. */
const ocrToken = (token: string): string => createHash('sha256').update(`ocr ${token}`).digest('base64url');
