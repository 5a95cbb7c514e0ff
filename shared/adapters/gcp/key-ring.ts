import { randomBytes } from 'node:crypto';
import { masterKeys } from '../../domain/cloud-records.ts';
import { SYSTEM_TENANT } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import { createDerivation, type DerivedKeys, MASTER_BYTES } from '../support/derived-keys.ts';
import { coded } from './google-errors.ts';
import type { Kms } from './kms-client.ts';

/** The master keys, opened when first asked for. */
export interface CloudKeyRing {
  keys(): Promise<DerivedKeys>;
  /** The same, with what another process has added since. */
  refreshed(): Promise<DerivedKeys>;
  /** Adds a new version, current from now on; older ones stay, to open what they sealed. The new version. */
  rotate(): Promise<number>;
}

/**
 * Master keys of 32 random bytes, kept in the document store wrapped by Cloud KMS, which alone can open them; derived from
 * there on in this process, so that an API key is checked without a call. The first one is made when there is none; two
 * processes that start at once end with the same. Losing these records, or the key in KMS, loses everything sealed with them.
 */
export function openKeyRing(params: { store: DocumentStore; kms: Kms; clock: Clock }): CloudKeyRing {
  const { store, kms, clock } = params;
  let opened: Promise<DerivedKeys> | null = null;
  /** Binds a wrapped key to its place: it is no key under another version. */
  const associated = (version: number): Buffer => Buffer.from(`recto master key ${version}`);

  async function add(version: number): Promise<void> {
    const wrapped = await coded(() => kms.wrap(randomBytes(MASTER_BYTES), associated(version)));
    const record = { version, wrapped: wrapped.toString('base64'), kmsKey: kms.key, createdAt: clock.now() };
    try {
      await store.create(masterKeys, { id: String(version), tenantId: SYSTEM_TENANT }, record);
    } catch (thrown) {
      // Whoever came first has made it.
      if (!(thrown instanceof RectoError && thrown.code === 'already_exists')) throw thrown;
    }
  }

  async function load(): Promise<DerivedKeys> {
    const read = async () => (await store.query(masterKeys, { limit: 1000 })).records;
    let records = await read();
    if (records.length === 0) {
      await add(1);
      records = await read();
    }
    const masters = new Map<number, Buffer>();
    await Promise.all(
      records.map(async ({ data: { version, wrapped } }) => {
        const master = await coded(() => kms.unwrap(Buffer.from(wrapped, 'base64'), associated(version)));
        if (master.length !== MASTER_BYTES)
          throw new RectoError(
            'not_configured',
            `The master key ${version} is damaged. Restore its record from a backup.`,
          );
        masters.set(version, master);
      }),
    );
    const current = Math.max(...masters.keys());
    return { current: () => current, derive: createDerivation((version) => masters.get(version) ?? null) };
  }

  const refreshed = (): Promise<DerivedKeys> => {
    const loading = load();
    opened = loading;
    loading.catch(() => {
      if (opened === loading) opened = null;
    });
    return loading;
  };
  return {
    keys: () => opened ?? refreshed(),
    refreshed,
    rotate: async () => {
      const version = (await refreshed()).current() + 1;
      await add(version);
      return (await refreshed()).current();
    },
  };
}
