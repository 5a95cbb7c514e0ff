import { delayedMessages } from '../../domain/cloud-records.ts';
import { SYSTEM_TENANT } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { MessageBus, OutgoingMessage, PushEnvelope } from '../../ports/message-bus.ts';
import { checkMessages } from '../support/limits.ts';
import { coded } from './google-errors.ts';
import type { PubSub } from './pubsub-client.ts';

export interface PubSubMessageBus extends MessageBus {
  /** Publishes the delayed messages whose time has come, eldest first; the count. Called by a sweep. */
  publishDue(limit?: number): Promise<number>;
}

const DUE_BATCH = 100;

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

/** Pulled at once: each has to be handled before its ack deadline, or it comes again meanwhile. */
const PARKED_BATCH = 10;

/**
 * Hands what lies in a pull subscription to `handle`, at most `limit` messages. A message is acknowledged once it was handled, so
 * that none is lost; one may come twice. What `handle` rejects stays, and is told to `failed`.
 */
export async function takeParked(params: {
  pubsub: PubSub;
  /** Short name of the pull subscription. */
  subscription: string;
  limit: number;
  handle: (envelope: PushEnvelope) => Promise<void>;
  failed: (messageId: string, error: unknown) => void;
}): Promise<{ taken: number; kept: number }> {
  const { pubsub, subscription, limit } = params;
  let taken = 0;
  const kept = new Set<string>();
  while (taken + kept.size < limit) {
    const pulled = await coded(() => pubsub.pull(subscription, Math.min(PARKED_BATCH, limit - taken - kept.size)));
    const fresh = pulled.filter(({ messageId }) => !kept.has(messageId));
    if (fresh.length === 0) break;
    for (const { ackId, messageId, ...message } of fresh) {
      try {
        await params.handle({ message: { messageId, ...message }, subscription });
        await coded(() => pubsub.acknowledge(subscription, [ackId]));
        taken += 1;
      } catch (error) {
        kept.add(messageId);
        params.failed(messageId, error);
      }
    }
  }
  return { taken, kept: kept.size };
}
