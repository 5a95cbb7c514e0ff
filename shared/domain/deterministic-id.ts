import { createHash } from 'node:crypto';
import { ID_PREFIXES, type IdKind, newId } from './ids.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** An id that the same seed always gives: what happens twice is written once. Sorts by `timeMs`, which belongs to the seed. */
export function deterministicId(kind: IdKind, timeMs: number, ...seed: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(seed)).digest();
  let tail = '';
  for (const byte of digest.subarray(0, 16)) tail += ALPHABET[byte & 31];
  return newId(kind, timeMs).slice(0, ID_PREFIXES[kind].length + 11) + tail;
}
