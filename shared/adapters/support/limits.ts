import { RectoError } from '../../domain/errors.ts';
import type { OutgoingMessage } from '../../ports/message-bus.ts';

/** Limits of the cloud services, which every adapter holds, so that what works on a laptop works there. */
export const LIMITS = {
  /** Firestore: one document (1 MiB), less 16 KiB for what the indexes need of it. */
  recordBytes: 1024 * 1024 - 16 * 1024,
  /** Firestore: writes in one transaction. */
  transactionWrites: 500,
  /** Firestore: values of an `in` filter. */
  inValues: 30,
  /** Firestore: a document id. */
  idBytes: 1500,
  queryLimit: 1000,
  /** Pub/Sub: one message, and one publish request. */
  messageBytes: 10_000_000,
  /** Waits as a record, in base64. */
  delayedMessageBytes: 700_000,
  publishMessages: 1000,
  attributes: 100,
  attributeKeyBytes: 256,
  attributeValueBytes: 1024,
  orderingKeyBytes: 1024,
} as const;

/** Bytes of the text as UTF-8, counted only when it could exceed `limit`. */
export function exceedsBytes(text: string, limit: number): boolean {
  if (text.length * 3 <= limit) return false;
  return text.length > limit || Buffer.byteLength(text) > limit;
}

export function checkRecordSize(collection: string, id: string, json: string): void {
  if (exceedsBytes(json, LIMITS.recordBytes))
    throw new RectoError(
      'record_too_large',
      `The record ${id} of ${collection} has more than ${LIMITS.recordBytes} bytes of JSON. Keep what is large in an object and store a pointer to it.`,
      { details: { collection, limit: LIMITS.recordBytes } },
    );
}

export function checkRecordId(collection: string, id: string): void {
  // What Firestore refuses in an id: slashes, lone dots, double underscores at both ends.
  if (id === '' || id.includes('/') || id === '.' || id === '..' || /^__.*__$/.test(id))
    throw new RectoError('internal', `"${id}" cannot be the id of a record in ${collection}.`);
  if (exceedsBytes(id, LIMITS.idBytes))
    throw new RectoError('limit_exceeded', `An id in ${collection} has more than ${LIMITS.idBytes} bytes.`);
}

export function checkTransactionWrites(count: number): void {
  if (count > LIMITS.transactionWrites)
    throw new RectoError(
      'limit_exceeded',
      `A transaction may write ${LIMITS.transactionWrites} records at most; split it into several.`,
    );
}

/** Throws `limit_exceeded` for what Pub/Sub would refuse. */
export function checkMessages(messages: readonly OutgoingMessage[]): void {
  if (messages.length > LIMITS.publishMessages)
    throw new RectoError('limit_exceeded', `At most ${LIMITS.publishMessages} messages are published at once.`);
  let total = 0;
  for (const message of messages) {
    const bytes = typeof message.data === 'string' ? Buffer.byteLength(message.data) : message.data.byteLength;
    const attributes = Object.entries(message.attributes ?? {});
    if (bytes === 0 && attributes.length === 0)
      throw new RectoError('limit_exceeded', 'A message needs data or at least one attribute.');
    if ((message.delayMs ?? 0) > 0 && bytes > LIMITS.delayedMessageBytes)
      throw new RectoError(
        'limit_exceeded',
        `A delayed message has ${LIMITS.delayedMessageBytes} bytes at most. Send a pointer to an object instead.`,
      );
    total += bytes;
    if (attributes.length > LIMITS.attributes)
      throw new RectoError('limit_exceeded', `A message may have ${LIMITS.attributes} attributes at most.`);
    for (const [key, value] of attributes) {
      total += Buffer.byteLength(key) + Buffer.byteLength(value);
      if (key === '' || key.startsWith('goog') || exceedsBytes(key, LIMITS.attributeKeyBytes))
        throw new RectoError(
          'limit_exceeded',
          `An attribute key has 1 to ${LIMITS.attributeKeyBytes} bytes and does not begin with "goog".`,
        );
      if (exceedsBytes(value, LIMITS.attributeValueBytes))
        throw new RectoError(
          'limit_exceeded',
          `The value of attribute ${key} has more than ${LIMITS.attributeValueBytes} bytes. Put it into the data.`,
        );
    }
    if (message.orderingKey !== undefined && exceedsBytes(message.orderingKey, LIMITS.orderingKeyBytes))
      throw new RectoError('limit_exceeded', `An ordering key has ${LIMITS.orderingKeyBytes} bytes at most.`);
  }
  if (total > LIMITS.messageBytes)
    throw new RectoError(
      'limit_exceeded',
      `Messages published at once have ${LIMITS.messageBytes} bytes at most. Send a pointer to an object instead.`,
    );
}
