import { createHmac, timingSafeEqual } from 'node:crypto';
import { RectoError } from '../errors.ts';

const PREFIX = 'whsec_';

/** A new signing secret: `whsec_` and 32 random bytes in base64, as Standard Webhooks has it. */
export function newSigningSecret(): string {
  return PREFIX + Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
}

function keyOf(secret: string): Buffer {
  if (!secret.startsWith(PREFIX))
    throw new RectoError('internal', 'A signing secret does not start with whsec_; rotate the secret of the webhook.');
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}

const signatureOf = (secret: string, id: string, timestamp: number, body: string): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

/**
 * The headers of a delivery by Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`,
 * one signature a secret that is valid now, separated by spaces.
 */
export function signedHeaders(params: {
  id: string;
  timestampSeconds: number;
  body: string;
  secrets: readonly string[];
}): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const { id, timestampSeconds, body, secrets } = params;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': secrets.map((secret) => signatureOf(secret, id, timestampSeconds, body)).join(' '),
  };
}

/** Whether one of the signatures was made with the secret, for receivers written with this code. */
export function isSignedBy(
  secret: string,
  signed: { id: string; timestampSeconds: number; body: string; signatures: string },
): boolean {
  const expected = Buffer.from(signatureOf(secret, signed.id, signed.timestampSeconds, signed.body));
  return signed.signatures.split(' ').some((given) => {
    const bytes = Buffer.from(given);
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}
