import path from 'node:path';
import { onTestFinished } from 'vitest';
import { work as workCollection } from '#shared/domain/collections.ts';
import type { Work } from '#shared/domain/work.ts';
import { createEngine } from '#shared/engine/engine.ts';
import type { Engine, EngineOptions } from '#shared/engine/engine-api.ts';
import type { Step } from '#shared/engine/step.ts';
import type { Stored } from '#shared/ports/document-store.ts';
import type { OutgoingMessage, PushEnvelope } from '#shared/ports/message-bus.ts';
import { createEnginePlatform, type EnginePlatform } from './engine-platform.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

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
