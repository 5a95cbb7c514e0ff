import { createHash } from 'node:crypto';
import { secretPointers } from '../../domain/cloud-records.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { SecretStore } from '../../ports/secret-store.ts';
import { checkSecretName, secretBytes } from '../support/secret-names.ts';
import { coded } from './google-errors.ts';
import type { SecretManager } from './secret-manager-client.ts';

const MAX_KEPT = 500;
/** Secret Manager takes no empty payload: a lone NUL stands for one, and a value that begins with NUL gets another before it. */
const EMPTY = 0;
const seal = (bytes: Buffer): Buffer =>
  bytes.length === 0 || bytes[0] === EMPTY ? Buffer.concat([Buffer.from([EMPTY]), bytes]) : bytes;
const open = (bytes: Buffer): Buffer => (bytes[0] === EMPTY ? bytes.subarray(1) : bytes);

/**
 * Secrets in Secret Manager, one for each owner and name. Its alias `latest` may be out of date for minutes, a version by its
 * number never is: a record says which version holds. Versions that were replaced are destroyed.
 */
export function createSecretStore(params: {
  manager: SecretManager;
  /** Of the system. */
  store: DocumentStore;
  log: Logger;
}): { forOwner(owner: string): SecretStore } {
  const { manager, store, log } = params;
  /** A version never changes, so that it is read once. */
  const kept = new Map<string, Buffer>();

  async function read(secret: string, version: string): Promise<Buffer | null> {
    const id = `${secret}/${version}`;
    const known = kept.get(id);
    if (known !== undefined) return known;
    const found = await coded(() => manager.access(secret, version));
    if (found === null) return null;
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(id, found);
    return found;
  }

  return {
    forOwner: (owner) => {
      const digest = (name: string): string => createHash('sha256').update(name).digest('base64url');
      const ref = (name: string) => ({ id: digest(name), tenantId: owner });
      const secretId = (name: string): string => `recto-${owner}-${digest(name)}`;
      return {
        get: async (name) => {
          checkSecretName(name);
          let asked = '';
          for (;;) {
            const pointer = await store.get(secretPointers, ref(name));
            if (pointer === null) return null;
            const { secret, version } = pointer.data;
            const found = await read(secret, version);
            if (found !== null) return new TextDecoder().decode(open(found));
            // Replaced or deleted between the two looks; the same version gone twice is deleted.
            if (asked === version) return null;
            asked = version;
          }
        },

        put: async (name, value) => {
          checkSecretName(name);
          const bytes = seal(secretBytes(name, value));
          const secret = secretId(name);
          const version = await coded(() => manager.addVersion(secret, bytes, { tenant: owner }));
          const before = await store.transaction(async (tx) => {
            const old = await tx.get(secretPointers, ref(name));
            tx.put(secretPointers, ref(name), { name, secret, version });
            return old?.data.version ?? null;
          });
          if (before === null || before === version) return;
          kept.delete(`${secret}/${before}`);
          // The new value holds whatever becomes of the old one.
          await manager.destroyVersion(secret, before).catch((error: unknown) => {
            log.warn('a replaced version of a secret could not be destroyed', { secret, version: before, error });
          });
        },

        delete: async (name) => {
          checkSecretName(name);
          const pointer = await store.get(secretPointers, ref(name));
          if (pointer === null) return false;
          const { secret, version } = pointer.data;
          // The value first: a crash in between leaves a pointer to nothing, which counts as absent.
          await coded(() => manager.remove(secret));
          kept.delete(`${secret}/${version}`);
          await store.delete(secretPointers, ref(name));
          return true;
        },
      };
    },
  };
}
