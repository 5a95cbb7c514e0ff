import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createDocumentStore } from '#shared/adapters/embedded/document-store.ts';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createMessageBus } from '#shared/adapters/embedded/message-bus.ts';
import { createMetrics } from '#shared/adapters/embedded/metrics.ts';
import { CORE_MIGRATIONS } from '#shared/adapters/embedded/migrations/core.ts';
import { openDatabase } from '#shared/adapters/embedded/sqlite.ts';
import { createCommitQueue } from '#shared/adapters/embedded/sqlite-commits.ts';
import { work as workCollection } from '#shared/domain/collections.ts';
import { RectoError } from '#shared/domain/errors.ts';
import { stepTopic, type Work } from '#shared/domain/work.ts';
import { createEngine } from '#shared/engine/engine.ts';
import type { Engine, EngineOptions } from '#shared/engine/engine-api.ts';
import type { Step } from '#shared/engine/step.ts';
import { manifest } from '#shared/manifest.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Stored } from '#shared/ports/document-store.ts';
import type { OutgoingMessage, PushEnvelope } from '#shared/ports/message-bus.ts';
import type { Platform, TenantPorts } from '#shared/ports/platform.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

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
  /** What was published and not yet taken out by `delivered`. */
  published: OutgoingMessage[];
  close(): void;
}

/** Store and bus (not delivering) on a database of their own; the other ports are absent. */
export function createEnginePlatform(params: { clock: Clock; file: string; kinds: readonly string[] }): EnginePlatform {
  const { clock } = params;
  const db = openDatabase(params.file, CORE_MIGRATIONS);
  const commits = createCommitQueue(db);
  const records = createDocumentStore({ db, commits, clock, collections: manifest.collections });
  const log = createLogger({ level: 'error', clock, write: () => undefined });
  const metrics = createMetrics({ processMetrics: false });
  const topics = params.kinds.map(stepTopic);
  const bus = createMessageBus({ db, commits, clock, log, metrics, topics, subscriptions: [], token: '' });
  const published: OutgoingMessage[] = [];
  const forTenant = (tenantId: string): TenantPorts => ({
    tenantId,
    store: records.forTenant(tenantId),
    objects: without('objects'),
    search: without('search'),
    secrets: without('secrets'),
    keys: without('keys'),
    scheduler: without('scheduler'),
  });
  const platform: Platform = {
    forTenant,
    system: { store: records.system(), secrets: without('secrets'), keys: without('keys') },
    bus: {
      publish: async (messages) => {
        const ids = await bus.publish(messages);
        published.push(...messages);
        return ids;
      },
    },
    converter: without('converter'),
    inference: without('inference'),
    mailbox: without('mailbox'),
    clock,
    log,
    metrics,
    health: async () => [],
    close: async () => undefined,
  };
  return { platform, published, close: () => db.close() };
}

export const toEnvelope = (message: OutgoingMessage): PushEnvelope => ({
  message: {
    messageId: 'm',
    data: Buffer.from(message.data).toString('base64'),
    attributes: { ...message.attributes },
    publishTime: new Date(0).toISOString(),
  },
  subscription: 'projects/local/subscriptions/test',
});

export interface EngineFixture extends EnginePlatform {
  clock: ManualClock;
  engine: Engine;
  /** A further process on the same data. */
  another(options?: Partial<EngineOptions>): Engine;
  /** Takes out what was published, as envelopes. */
  taken(): PushEnvelope[];
  /** Dispatches and delivers, moving time on, until no work is left. */
  drain(engine?: Engine): Promise<void>;
  works(): Promise<Stored<Work>[]>;
}

/** An engine whose messages and time the test moves by hand. */
export function createEngineFixture(steps: readonly Step[], options: Partial<EngineOptions> = {}): EngineFixture {
  const clock = createManualClock();
  const file = path.join(temporaryFolder(), 'recto.db');
  const base = createEnginePlatform({ clock, file, kinds: steps.map((step) => step.kind) });
  onTestFinished(base.close);
  const slots = { convert: 10, ocr: 10, cpu: 10, network: 10 };
  const another = (over: Partial<EngineOptions> = {}): Engine =>
    createEngine({ platform: base.platform, steps, slots, random: () => 0.5, ...options, ...over });
  const engine = another();
  const works = async (): Promise<Stored<Work>[]> =>
    (await base.platform.system.store.query(workCollection, { limit: 1000 })).records;
  const taken = (): PushEnvelope[] => base.published.splice(0).map(toEnvelope);
  return {
    ...base,
    clock,
    engine,
    another,
    works,
    taken,
    drain: async (by = engine) => {
      for (let rounds = 0; rounds < 500; rounds++) {
        await by.dispatch();
        const messages = taken();
        await Promise.all(messages.map((message) => by.handleMessage(message)));
        if (messages.length > 0) continue;
        const left = await works();
        if (left.length === 0) return;
        await clock.advance(5000);
      }
      throw new Error(`work is left: ${JSON.stringify(await works()).slice(0, 2000)}`);
    },
  };
}
