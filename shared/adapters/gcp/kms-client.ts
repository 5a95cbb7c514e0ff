import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import { crc32c } from '../support/crc32c.ts';
import type { GoogleApi } from './google-http.ts';

/** Wraps small secrets with a key of Cloud KMS. Throws `GoogleApiError`. */
export interface Kms {
  /** Full resource name of the key. */
  readonly key: string;
  wrap(plaintext: Uint8Array, associated: Uint8Array): Promise<Buffer>;
  unwrap(ciphertext: Uint8Array, associated: Uint8Array): Promise<Buffer>;
}

const encryptedSchema = z.object({
  ciphertext: z.string(),
  ciphertextCrc32c: z.coerce.number(),
  verifiedPlaintextCrc32c: z.boolean().optional(),
  verifiedAdditionalAuthenticatedDataCrc32c: z.boolean().optional(),
});
const decryptedSchema = z.object({ plaintext: z.string().default(''), plaintextCrc32c: z.coerce.number() });

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const checksum = (bytes: Uint8Array): string => String(crc32c(bytes));

/** Bytes that were changed on their way are found by their checksums, as Cloud KMS asks of its callers. */
function intact(bytes: Buffer, crc: number, told: readonly (boolean | undefined)[]): Buffer {
  if (crc32c(bytes) === crc && told.every((verified) => verified !== false)) return bytes;
  throw new RectoError('dependency_unavailable', 'Bytes were changed on their way to or from Cloud KMS. Try again.');
}

export function createKms(params: { api: GoogleApi; key: string; origin: string }): Kms {
  const { api, key, origin } = params;
  const url = `${origin}/v1/${key}`;
  return {
    key,
    wrap: async (plaintext, associated) => {
      const answer = await api.json({
        method: 'POST',
        url: `${url}:encrypt`,
        json: {
          plaintext: base64(plaintext),
          plaintextCrc32c: checksum(plaintext),
          additionalAuthenticatedData: base64(associated),
          additionalAuthenticatedDataCrc32c: checksum(associated),
        },
      });
      const done = encryptedSchema.parse(answer);
      return intact(Buffer.from(done.ciphertext, 'base64'), done.ciphertextCrc32c, [
        done.verifiedPlaintextCrc32c,
        done.verifiedAdditionalAuthenticatedDataCrc32c,
      ]);
    },
    unwrap: async (ciphertext, associated) => {
      const answer = await api.json({
        method: 'POST',
        url: `${url}:decrypt`,
        json: {
          ciphertext: base64(ciphertext),
          ciphertextCrc32c: checksum(ciphertext),
          additionalAuthenticatedData: base64(associated),
          additionalAuthenticatedDataCrc32c: checksum(associated),
        },
      });
      const done = decryptedSchema.parse(answer);
      return intact(Buffer.from(done.plaintext, 'base64'), done.plaintextCrc32c, []);
    },
  };
}
