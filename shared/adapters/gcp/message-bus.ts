import { z } from 'zod';
import { delayedMessages } from '../../domain/cloud-records.ts';
import { SYSTEM_TENANT } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { MessageBus, OutgoingMessage } from '../../ports/message-bus.ts';
import { checkMessages } from '../support/limits.ts';
import { coded } from './google-errors.ts';
import type { PubSub } from './pubsub-client.ts';

export interface PubSubMessageBus extends MessageBus {
  /** Publishes the delayed messages whose time has come, eldest first; the count. Called by a sweep. */
  publishDue(limit?: number): Promise<number>;
}

const DUE_BATCH = 100;
/** As base64 within a record. */
const MAX_DELAYED_BYTES = 700_000;

/**
 * Topics on Pub/Sub; deliveries are pushed to the functions by subscriptions that infra declares. A message with a delay
 * waits as a record until the sweep after its time, since Pub/Sub delays nothing. Messages of one call that go to several
 * topics are several requests: when one fails the caller publishes all again, as at-least-once allows.
 */
export function createMessageBus(params: {
  pubsub: PubSub;
  /** Of the system; keeps delayed messages. */
  store: DocumentStore;
  clock: Clock;
  topics: readonly string[];
}): PubSubMessageBus {
  const { pubsub, store, clock } = params;
  const topics = new Set(params.topics);

  async function delay(message: OutgoingMessage, delayMs: number): Promise<string> {
    const data = Buffer.from(message.data);
    if (data.length > MAX_DELAYED_BYTES)
      throw new RectoError(
        'limit_exceeded',
        `A delayed message has ${MAX_DELAYED_BYTES} bytes at most. Send a pointer to an object instead.`,
      );
    const id = newId('message', clock.now());
    await store.create(
      delayedMessages,
      { id, tenantId: SYSTEM_TENANT },
      {
        topic: message.topic,
        data: data.toString('base64'),
        attributes: { ...message.attributes },
        orderingKey: message.orderingKey ?? null,
        dueAt: Math.round(clock.now() + delayMs),
      },
    );
    return id;
  }

  async function publish(messages: readonly OutgoingMessage[]): Promise<string[]> {
    checkMessages(messages);
    const byTopic = new Map<string, number[]>();
    const ids: string[] = new Array(messages.length).fill('');
    const delayed: [number, OutgoingMessage, number][] = [];
    for (const [index, message] of messages.entries()) {
      if (!topics.has(message.topic))
        throw new RectoError('not_found', `There is no topic ${message.topic}. Topics are declared in the manifest.`);
      if ((message.delayMs ?? 0) > 0) delayed.push([index, message, message.delayMs ?? 0]);
      else byTopic.set(message.topic, [...(byTopic.get(message.topic) ?? []), index]);
    }
    for (const [index, message, ms] of delayed) ids[index] = await delay(message, ms);
    await Promise.all(
      [...byTopic].map(async ([topic, indexes]) => {
        const given = await coded(() =>
          pubsub.publish(
            topic,
            indexes.map((index) => toPublished(messages[index])),
          ),
        );
        for (const [at, index] of indexes.entries()) ids[index] = given[at] ?? '';
      }),
    );
    return ids;
  }

  return {
    publish,
    publishDue: async (limit = 1000) => {
      let count = 0;
      while (count < limit) {
        const { records } = await store.query(delayedMessages, {
          where: [{ field: 'dueAt', op: '<=', value: clock.now() }],
          orderBy: [{ field: 'dueAt', direction: 'asc' }],
          limit: Math.min(DUE_BATCH, limit - count),
        });
        for (const { id, tenantId, data } of records) {
          const { topic, attributes, orderingKey } = data;
          await coded(() => pubsub.publish(topic, [{ data: data.data, attributes, ...ordered(orderingKey) }]));
          // A crash before this publishes it again.
          await store.delete(delayedMessages, { id, tenantId });
          count++;
        }
        if (records.length < DUE_BATCH) break;
      }
      return count;
    },
  };
}

const ordered = (orderingKey: string | null | undefined) =>
  orderingKey === null || orderingKey === undefined ? {} : { orderingKey };

function toPublished(message: OutgoingMessage | undefined) {
  if (message === undefined) throw new RectoError('internal', 'A message to publish is missing.');
  return {
    data: Buffer.from(message.data).toString('base64'),
    attributes: { ...message.attributes },
    ...ordered(message.orderingKey),
  };
}

const sourceSchema = z.object({ CloudPubSubDeadLetterSourceSubscription: z.string().min(1) });
const ADDED_BY_DEAD_LETTERING = /^CloudPubSubDeadLetterSource/;

/**
 * Publishes what lies in a pull subscription of a dead-letter topic again to the topics it came from, at most `limit`
 * messages; what cannot be told where it came from stays. A message is acknowledged after it was published, so that none is
 * lost; one may come twice.
 */
export async function redriveDeadLetters(params: {
  pubsub: PubSub;
  /** Short name of the pull subscription. */
  subscription: string;
  /** Topic of a push subscription, by its short name; null for one that is not known. */
  topicOf: (subscription: string) => string | null;
  limit: number;
}): Promise<{ redriven: number; kept: number }> {
  const { pubsub, subscription, topicOf, limit } = params;
  let redriven = 0;
  const kept = new Set<string>();
  while (redriven + kept.size < limit) {
    const pulled = await coded(() => pubsub.pull(subscription, Math.min(100, limit - redriven - kept.size)));
    const fresh = pulled.filter(({ messageId }) => !kept.has(messageId));
    if (fresh.length === 0) break;
    for (const message of fresh) {
      const source = sourceSchema.safeParse(message.attributes);
      const topic = source.success ? topicOf(source.data.CloudPubSubDeadLetterSourceSubscription) : null;
      if (topic === null) {
        kept.add(message.messageId);
        continue;
      }
      const attributes = Object.fromEntries(
        Object.entries(message.attributes).filter(([name]) => !ADDED_BY_DEAD_LETTERING.test(name)),
      );
      await coded(async () => {
        await pubsub.publish(topic, [{ data: message.data, attributes, ...ordered(message.orderingKey) }]);
        await pubsub.acknowledge(subscription, [message.ackId]);
      });
      redriven++;
    }
  }
  return { redriven, kept: kept.size };
}
