import type { KeyManager } from '../../ports/key-manager.ts';
import { createKeyManager as createSealing, sealedVersion } from '../embedded/key-manager.ts';
import type { CloudKeyRing } from './key-ring.ts';

/** Keys of one tenant (or of the system) from master keys that Cloud KMS guards; what it seals has the form it has everywhere. */
export function createKeyManager({ ring, owner }: { ring: CloudKeyRing; owner: string }): KeyManager {
  return {
    mac: async (purpose, data) => createSealing({ ring: await ring.keys(), owner }).mac(purpose, data),
    encrypt: async (purpose, plaintext) =>
      createSealing({ ring: await ring.keys(), owner }).encrypt(purpose, plaintext),
    decrypt: async (purpose, ciphertext) => {
      const known = await ring.keys();
      // One version ahead at most: a forged number must not make us ask for keys again and again.
      const ahead = sealedVersion(ciphertext) === known.current() + 1;
      const keys = ahead ? await ring.refreshed() : known;
      return createSealing({ ring: keys, owner }).decrypt(purpose, ciphertext);
    },
  };
}
