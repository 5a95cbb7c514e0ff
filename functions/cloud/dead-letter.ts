import { RectoError } from '#shared/domain/errors.ts';
import { manifest } from '#shared/manifest.ts';
import type { PushEnvelope } from '#shared/ports/message-bus.ts';
import type { Platform } from '#shared/ports/platform.ts';

/** A message that says nothing to its handler says no more the tenth time. */
const UNREADABLE: readonly string[] = ['invalid_request', 'invalid_json', 'body_too_large'];
const MAX_REASON_BYTES = 1000;
/** With those that are added, as many as a message may have. */
const MAX_ATTRIBUTES = 97;

/** Cut in the middle of a letter, it ends with a replacement, three bytes long. */
const shortened = (reason: string): string => Buffer.from(reason).subarray(0, MAX_REASON_BYTES).toString('utf8');

/** Whether the message itself is at fault, whoever handles it and however often. */
export const isUnreadable = (thrown: unknown): thrown is RectoError =>
  thrown instanceof RectoError && UNREADABLE.includes(thrown.code);

/**
 * Puts a message that cannot be read where the bus puts what it gave up on, with the reason; then it may be acknowledged.
 * What already comes from there is told to the log: the topic keeps it for a month.
 */
export async function bury(
  platform: Pick<Platform, 'bus' | 'log' | 'metrics'>,
  path: string,
  /** Null: it was none. */
  envelope: PushEnvelope | null,
  error: RectoError,
): Promise<void> {
  const definition = manifest.subscriptions.find((entry) => entry.path === path);
  const subscription = definition?.name ?? 'unknown';
  const topic = definition?.deadLetterTopic ?? null;
  const messageId = envelope?.message.messageId ?? null;
  if (topic === null) {
    platform.metrics.increment('recto_undeliverable_messages_total', { subscription });
    platform.log.error('a message could not be delivered', { subscription, messageId, reason: error.message });
    return;
  }
  await platform.bus.publish([
    {
      topic,
      data: Buffer.from(envelope?.message.data ?? '', 'base64'),
      attributes: {
        ...Object.fromEntries(Object.entries(envelope?.message.attributes ?? {}).slice(0, MAX_ATTRIBUTES)),
        CloudPubSubDeadLetterSourceSubscription: subscription,
        CloudPubSubDeadLetterSourceDeliveryCount: String(envelope?.deliveryAttempt ?? 1),
        CloudPubSubDeadLetterSourceDeliveryErrorMessage: shortened(error.message),
      },
    },
  ]);
  platform.log.warn('a message that cannot be read was put aside', { subscription, messageId, reason: error.message });
}
