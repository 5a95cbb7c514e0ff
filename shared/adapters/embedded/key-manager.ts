import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { RectoError } from '../../domain/errors.ts';
import type { KeyManager } from '../../ports/key-manager.ts';
import type { DerivedKeys } from '../support/derived-keys.ts';

/** Format byte, then key version (4), nonce (12), ciphertext, tag (16). */
const FORMAT = 1;
const HEADER = 5;
const NONCE = 12;
const TAG = 16;
/** Equal data must give equal macs for as long as they are compared, so their key is not rotated. */
const MAC_VERSION = 1;

const refuse = (): never => {
  throw new RectoError(
    'invalid_request',
    'The ciphertext cannot be opened: it was changed, or made for another purpose, tenant or installation. Use it as it was returned, with the purpose it was made for.',
  );
};

/**
 * Keys of one tenant (or of the system), derived from the key ring by owner, purpose and version.
 * AES-256-GCM with random nonces (NIST SP 800-38D: at most 2^32 messages a key, that is a purpose and version);
 * header, owner and purpose are authenticated. What an older version sealed stays readable after a rotation; `mac` keeps
 * giving the same answers.
 */
export function createKeyManager(params: { ring: DerivedKeys; owner: string }): KeyManager {
  const { ring, owner } = params;
  const keyOf = (version: number, purpose: string): Buffer | null => ring.derive(version, 'encrypt', owner, purpose);
  const associated = (header: Uint8Array, purpose: string): Buffer =>
    Buffer.concat([header, Buffer.from(JSON.stringify([owner, purpose]))]);

  return {
    mac: async (purpose, data) => {
      const key = ring.derive(MAC_VERSION, 'mac', owner, purpose);
      if (key === null)
        throw new RectoError(
          'not_configured',
          'The first master key is missing from the keys folder, so earlier macs cannot be matched. Restore it from a backup.',
        );
      return createHmac('sha256', key).update(data).digest();
    },
    encrypt: async (purpose, plaintext) => {
      const version = ring.current();
      const header = Buffer.alloc(HEADER);
      header.writeUInt8(FORMAT, 0);
      header.writeUInt32BE(version, 1);
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', keyOf(version, purpose) ?? refuse(), nonce);
      cipher.setAAD(associated(header, purpose));
      return Buffer.concat([header, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt: async (purpose, ciphertext) => {
      const bytes = Buffer.from(ciphertext);
      if (bytes.length < HEADER + NONCE + TAG || bytes.readUInt8(0) !== FORMAT) return refuse();
      const header = bytes.subarray(0, HEADER);
      const key = keyOf(header.readUInt32BE(1), purpose) ?? refuse();
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(HEADER, HEADER + NONCE), {
        authTagLength: TAG,
      });
      decipher.setAAD(associated(header, purpose));
      decipher.setAuthTag(bytes.subarray(-TAG));
      const plaintext = decipher.update(bytes.subarray(HEADER + NONCE, -TAG));
      try {
        return Buffer.concat([plaintext, decipher.final()]);
      } catch {
        return refuse();
      }
    },
  };
}

/** The key version that sealed it; null for what was not sealed here. */
export function sealedVersion(ciphertext: Uint8Array): number | null {
  const bytes = Buffer.from(ciphertext.buffer, ciphertext.byteOffset, ciphertext.byteLength);
  return bytes.length < HEADER || bytes.readUInt8(0) !== FORMAT ? null : bytes.readUInt32BE(1);
}
