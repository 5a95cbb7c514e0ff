import * as collections from './domain/collections.ts';
import { stepTopic } from './domain/work.ts';
import type { SubscriptionDef } from './ports/message-bus.ts';

/** Step kinds that have a subscriber of their own. */
export const STEP_KINDS = ['convert', 'ocr', 'extract', 'redact', 'redact-media', 'index', 'webhook', 'reuse'] as const;

const subscription = (topic: string, path: string, over: Partial<SubscriptionDef> = {}): SubscriptionDef => ({
  name: `${topic}-push`,
  topic,
  path,
  ackDeadlineSeconds: 600,
  maxDeliveryAttempts: 10,
  minBackoffSeconds: 1,
  maxBackoffSeconds: 60,
  deadLetterTopic: 'undeliverable',
  concurrency: 64,
  ...over,
});

/** Functions, topics, subscriptions, schedules, buckets and indexes as data: read by infra and by `functions/local.ts`. */
export const manifest = {
  /** Where the cloud's bus puts what even `undeliverable` could not take: the dead-letter sweep takes it from there. */
  parked: { topic: 'undeliverable-parked', subscription: 'undeliverable-parked-pull' },
  topics: [...STEP_KINDS.map(stepTopic), 'object-finalized', 'schedule-tick', 'undeliverable'],
  subscriptions: [
    ...STEP_KINDS.map((kind) => subscription(stepTopic(kind), `/_push/steps/${kind}`)),
    // A quota may be used up for hours while a large drop is worked off: no file is given up before that.
    subscription('object-finalized', '/_push/object-finalized', {
      maxDeliveryAttempts: 100,
      maxBackoffSeconds: 600,
    }),
    subscription('schedule-tick', '/_push/schedule-tick', { maxDeliveryAttempts: 20 }),
    subscription('undeliverable', '/_push/undeliverable', {
      ackDeadlineSeconds: 60,
      deadLetterTopic: null,
      maxDeliveryAttempts: 100,
    }),
  ] satisfies SubscriptionDef[],
  /** Housekeeping, by interval; in the cloud Cloud Scheduler calls the function. */
  sweeps: [
    { name: 'engine-dispatch', path: '/_scheduled/engine-dispatch', everySeconds: 1 },
    // Ticks of schedules and delayed messages that are due.
    { name: 'publish-due', path: '/_scheduled/publish-due', everySeconds: 60 },
    { name: 'retention', path: '/_scheduled/retention', everySeconds: 300 },
    // Dead letters that are due, that nobody came for, and what even their recorder could not take.
    { name: 'dead-letters', path: '/_scheduled/dead-letters', everySeconds: 900 },
    // What runs used, summed up by day.
    { name: 'metering', path: '/_scheduled/metering', everySeconds: 900 },
  ],
  buckets: ['incoming', 'documents', 'artifacts'],
  collections: Object.values(collections).filter(
    (entry): entry is (typeof collections)['runs'] => typeof entry === 'object' && 'schema' in entry,
  ),
} as const;
