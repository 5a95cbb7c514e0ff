import type { PushEnvelope } from '#shared/ports/message-bus.ts';

/** Handles one pushed message: resolving acknowledges it, rejecting brings it again. */
export type PushHandler = (envelope: PushEnvelope, signal: AbortSignal) => Promise<void>;

/** The message's data as text. */
export const messageText = (envelope: PushEnvelope): string =>
  Buffer.from(envelope.message.data, 'base64').toString('utf8');
