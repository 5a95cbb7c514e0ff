import { z } from 'zod';
import type { SubscriptionDef } from '../../ports/message-bus.ts';
import { hasStatus } from './google-errors.ts';
import type { GoogleApi } from './google-http.ts';

export interface PublishedMessage {
  /** Base64. */
  data: string;
  attributes: Record<string, string>;
  orderingKey?: string;
}
export interface PulledMessage extends PublishedMessage {
  ackId: string;
  messageId: string;
  publishTime: string;
}

/** The calls of Pub/Sub that the adapters need, over its REST API; names are short ones. Throws `GoogleApiError`. */
export interface PubSub {
  publish(topic: string, messages: readonly PublishedMessage[]): Promise<string[]>;
  /** What is there now, at most `max`; does not wait for more. */
  pull(subscription: string, max: number): Promise<PulledMessage[]>;
  acknowledge(subscription: string, ackIds: readonly string[]): Promise<void>;
  /** For emulators, which know no infra: creates what is absent. A null endpoint makes a pull subscription. */
  ensureTopic(topic: string): Promise<void>;
  ensureSubscription(def: Omit<SubscriptionDef, 'concurrency' | 'path'>, endpoint: string | null): Promise<void>;
}

const publishedSchema = z.object({ messageIds: z.array(z.string()) });
const pulledSchema = z.object({
  receivedMessages: z
    .array(
      z.object({
        ackId: z.string(),
        message: z.object({
          messageId: z.string(),
          publishTime: z.string().default(''),
          data: z.string().default(''),
          attributes: z.record(z.string(), z.string()).default({}),
          orderingKey: z.string().optional(),
        }),
      }),
    )
    .default([]),
});

const PULL_MS = 10_000;

export function createPubSub(params: { api: GoogleApi; project: string; origin: string }): PubSub {
  const { api } = params;
  const root = `projects/${params.project}`;
  const url = `${params.origin}/v1/${root}`;
  const topicName = (topic: string): string => `${root}/topics/${topic}`;
  const create = async (path: string, json: unknown): Promise<void> => {
    try {
      await api.json({ method: 'PUT', url: `${url}/${path}`, json });
    } catch (thrown) {
      if (!hasStatus(thrown, 'ALREADY_EXISTS')) throw thrown;
    }
  };
  return {
    publish: async (topic, messages) => {
      const answer = await api.json({ method: 'POST', url: `${url}/topics/${topic}:publish`, json: { messages } });
      return publishedSchema.parse(answer).messageIds;
    },
    pull: async (subscription, max) => {
      const answer = await api.json({
        method: 'POST',
        url: `${url}/subscriptions/${subscription}:pull`,
        json: { maxMessages: max, returnImmediately: true },
        timeoutMs: PULL_MS,
      });
      return pulledSchema.parse(answer ?? {}).receivedMessages.map(({ ackId, message }) => {
        const { orderingKey, ...rest } = message;
        return { ...rest, ackId, ...(orderingKey === undefined || orderingKey === '' ? {} : { orderingKey }) };
      });
    },
    acknowledge: async (subscription, ackIds) => {
      await api.json({
        method: 'POST',
        url: `${url}/subscriptions/${subscription}:acknowledge`,
        json: { ackIds: [...ackIds] },
      });
    },
    ensureTopic: (topic) => create(`topics/${topic}`, {}),
    ensureSubscription: (def, endpoint) =>
      create(`subscriptions/${def.name}`, {
        topic: topicName(def.topic),
        ackDeadlineSeconds: Math.max(10, def.ackDeadlineSeconds),
        ...(endpoint === null ? {} : { pushConfig: { pushEndpoint: endpoint } }),
        retryPolicy: { minimumBackoff: `${def.minBackoffSeconds}s`, maximumBackoff: `${def.maxBackoffSeconds}s` },
        ...(def.deadLetterTopic === null
          ? {}
          : {
              deadLetterPolicy: {
                deadLetterTopic: topicName(def.deadLetterTopic),
                maxDeliveryAttempts: Math.min(100, Math.max(5, def.maxDeliveryAttempts)),
              },
            }),
      }),
  };
}
