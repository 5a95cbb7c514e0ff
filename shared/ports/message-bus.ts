/** At most 10 MB of data, 700 kB of a delayed one; attributes: at most 100, keys to 256 bytes, values to 1,024: else `limit_exceeded`. */
export interface OutgoingMessage {
  topic: string;
  data: Uint8Array | string;
  attributes?: Readonly<Record<string, string>>;
  /** Messages of one key are delivered one after another, in order of publishing. */
  orderingKey?: string;
  /** Not delivered before this many ms from now. */
  delayMs?: number;
}

/** A topic's push subscription: where the message goes and what happens when it cannot be delivered. */
export interface SubscriptionDef {
  name: string;
  topic: string;
  /** Path of the handler; in the cloud the function of that name. */
  path: string;
  ackDeadlineSeconds: number;
  maxDeliveryAttempts: number;
  minBackoffSeconds: number;
  maxBackoffSeconds: number;
  deadLetterTopic: string | null;
  /** Requests in flight at once, local bus only; in the cloud the function's concurrency bounds it. */
  concurrency: number;
}

/** The Pub/Sub push envelope, as POSTed to a handler. `data` is base64. */
export interface PushEnvelope {
  message: {
    messageId: string;
    data: string;
    attributes: Record<string, string>;
    publishTime: string;
    orderingKey?: string;
  };
  subscription: string;
  deliveryAttempt?: number;
}

/**
 * Topics with push subscriptions (declared in `shared/manifest.ts`). At least once: a handler that answers 2xx acknowledges;
 * anything else, or no answer within the ack deadline, brings the message again after a backoff, up to the subscription's
 * attempts, then it goes to the dead-letter topic. Published means durable.
 * Errors: `limit_exceeded`, `not_found` (no such topic), `storage_full`.
 */
export interface MessageBus {
  /** All or none. The ids, in order. */
  publish(messages: readonly OutgoingMessage[]): Promise<string[]>;
}
