import { RectoError } from '../../domain/errors.ts';

const MAX_NAME_BYTES = 255;
/** As large as Secret Manager takes. */
const MAX_VALUE_BYTES = 65_536;

export function checkSecretName(name: string): void {
  if (name === '' || Buffer.byteLength(name) > MAX_NAME_BYTES || /\p{Cc}/u.test(name) || !name.isWellFormed())
    throw new RectoError(
      'invalid_request',
      `The secret's name is not allowed. Use 1 to ${MAX_NAME_BYTES} bytes without control characters.`,
    );
}

/** The value's bytes. */
export function secretBytes(name: string, value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length > MAX_VALUE_BYTES)
    throw new RectoError(
      'limit_exceeded',
      `The secret ${name} has ${bytes.length} bytes; at most ${MAX_VALUE_BYTES} are kept. Store a file as a document instead.`,
    );
  return bytes;
}
