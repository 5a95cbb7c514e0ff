/**
 * HMAC-SHA-256 by a key of the tenant that never leaves its manager; 32 bytes. `purpose` separates uses, and keys of two
 * tenants are unrelated, so nothing made with it can be linked across tenants.
 */
export type KeyedMac = (purpose: string, data: string) => Promise<Uint8Array>;

/** What an operator needs besides the value. */
export interface OperatorKeys {
  mac: KeyedMac;
  /** Version of the tenant's pseudonym keys; grows when they are rotated. */
  version: number;
}

/** Bytes to use as a key for one purpose, derived from the tenant's key (as HKDF-Expand does, RFC 5869, one block each). */
export async function derivedKey({ mac, version }: OperatorKeys, purpose: string, bytes: 32 | 64): Promise<Uint8Array> {
  const first = await mac(`${purpose}/${version}`, '1');
  if (bytes === 32) return first;
  return Uint8Array.from([...first, ...(await mac(`${purpose}/${version}`, '2'))]);
}
