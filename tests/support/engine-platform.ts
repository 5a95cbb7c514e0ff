import { createDocumentStore } from '#shared/adapters/embedded/document-store.ts';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createMessageBus, type EmbeddedMessageBus } from '#shared/adapters/embedded/message-bus.ts';
import { createMetrics } from '#shared/adapters/embedded/metrics.ts';
import { CORE_MIGRATIONS } from '#shared/adapters/embedded/migrations/core.ts';
import { openDatabase } from '#shared/adapters/embedded/sqlite.ts';
import { createCommitQueue } from '#shared/adapters/embedded/sqlite-commits.ts';
import { RectoError } from '#shared/domain/errors.ts';
import { stepTopic } from '#shared/domain/work.ts';
import { manifest } from '#shared/manifest.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { OutgoingMessage } from '#shared/ports/message-bus.ts';
import type { Platform, TenantPorts } from '#shared/ports/platform.ts';

/** A port that this platform is without: using it fails, saying which. */
function without<T extends object>(name: string): T {
  const nothing: T = Object.create(null);
  return new Proxy(nothing, {
    get: () => {
      throw new RectoError('not_configured', `This platform has no ${name}.`);
    },
  });
}

export interface EnginePlatform {
  platform: Platform;
  bus: EmbeddedMessageBus;
  /** What was published and not yet taken out by `delivered`. */
  published: OutgoingMessage[];
  /** Commits what waits and closes the database. */
  close(): void;
}

/** Store and bus (delivering once started) on a database of their own; the other ports are absent. */
export function createEnginePlatform(params: {
  clock: Clock;
  file: string;
  kinds: readonly string[];
  token?: string;
  record?: boolean;
}): EnginePlatform {
  const { clock } = params;
  const db = openDatabase(params.file, CORE_MIGRATIONS);
  const commits = createCommitQueue(db);
  const records = createDocumentStore({ db, commits, clock, collections: manifest.collections });
  const log = createLogger({ level: 'error', clock, write: () => undefined });
  const metrics = createMetrics({ processMetrics: false });
  const topics = params.kinds.map(stepTopic);
  const subscriptions = params.kinds.map((kind) => ({
    name: `${stepTopic(kind)}-push`,
    topic: stepTopic(kind),
    path: `/_push/steps/${kind}`,
    ackDeadlineSeconds: 600,
    maxDeliveryAttempts: 10,
    minBackoffSeconds: 1,
    maxBackoffSeconds: 60,
    deadLetterTopic: null,
    concurrency: 64,
  }));
  const bus = createMessageBus({ db, commits, clock, log, metrics, topics, subscriptions, token: params.token ?? '' });
  const published: OutgoingMessage[] = [];
  const forTenant = (tenantId: string): TenantPorts => ({
    tenantId,
    store: records.forTenant(tenantId),
    objects: without('objects'),
    search: without('search'),
    secrets: without('secrets'),
    keys: without('keys'),
    scheduler: without('scheduler'),
    recognizers: without('recognizers'),
  });
  const platform: Platform = {
    forTenant,
    system: { store: records.system(), secrets: without('secrets'), keys: without('keys') },
    bus: {
      publish: async (messages) => {
        const ids = await bus.publish(messages);
        if (params.record !== false) published.push(...messages);
        return ids;
      },
    },
    converter: without('converter'),
    media: without('media'),
    inference: without('inference'),
    mailbox: without('mailbox'),
    clock,
    log,
    metrics,
    health: async () => [],
    close: async () => undefined,
  };
  return {
    platform,
    bus,
    published,
    close: () => {
      commits.flush();
      db.close();
    },
  };
}
