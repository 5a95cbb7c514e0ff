import { createHash, hkdfSync } from 'node:crypto';

export const MASTER_BYTES = 32;
const MAX_DERIVED = 10_000;

/** Keys by version and names, derived from master keys that stay where they are. */
export interface DerivedKeys {
  /** The version that new things are sealed under. */
  current(): number;
  /** 32 bytes by HKDF-SHA-256 (RFC 5869) for the version and the names; null when that version is not here. */
  derive(version: number, ...names: readonly string[]): Buffer | null;
}

export function createDerivation(masterOf: (version: number) => Buffer | null): DerivedKeys['derive'] {
  const derived = new Map<string, Buffer>();
  return (version, ...names) => {
    const master = masterOf(version);
    if (master === null) return null;
    const id = JSON.stringify([version, ...names]);
    const known = derived.get(id);
    if (known !== undefined) return known;
    const info = createHash('sha256').update(`recto key ${id}`).digest();
    const key = Buffer.from(hkdfSync('sha256', master, '', info, 32));
    if (derived.size >= MAX_DERIVED) derived.clear();
    derived.set(id, key);
    return key;
  };
}
