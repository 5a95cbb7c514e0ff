import { aessiv } from '@noble/ciphers/aes.js';
import { RectoError } from '../../errors.ts';
import { derivedKey, type KeyedMac, type OperatorKeys } from './keyed.ts';

const PURPOSE = 'redaction-pseudonym';
/** Crockford's base 32, lower case: no letter is taken for a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TOKEN = /\b([A-Z][A-Z_]{1,40})_(\d{1,9})_([0-9abcdefghjkmnpqrstvwxyz]{26,2000})\b/;

/**
 * The same pseudonym for the same value of the same type, within one tenant and key version: `PERSON_1_…`. It is the value
 * itself under AES-SIV (RFC 5297), which is deterministic and authenticated, so whoever may use the tenant's key can turn
 * it back, and nobody else can make or read one.
 */
export async function pseudonymize(value: string, type: string, keys: OperatorKeys): Promise<string> {
  const cipher = aessiv(await derivedKey(keys, PURPOSE, 64), new TextEncoder().encode(type));
  return `${type}_${keys.version}_${toBase32(cipher.encrypt(new TextEncoder().encode(value)))}`;
}

/** Every pseudonym in the text turned back. Errors: `invalid_request` for one that this tenant's keys did not make. */
export async function revealPseudonyms(text: string, mac: KeyedMac): Promise<string> {
  const parts: string[] = [];
  let rest = text;
  for (let match = TOKEN.exec(rest); match !== null; match = TOKEN.exec(rest)) {
    const [token, type = '', version = '', packed = ''] = match;
    parts.push(rest.slice(0, match.index), await reveal(type, Number(version), packed, mac));
    rest = rest.slice(match.index + token.length);
  }
  return [...parts, rest].join('');
}

async function reveal(type: string, version: number, packed: string, mac: KeyedMac): Promise<string> {
  const cipher = aessiv(await derivedKey({ mac, version }, PURPOSE, 64), new TextEncoder().encode(type));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(cipher.decrypt(fromBase32(packed)));
  } catch (cause) {
    throw new RectoError(
      'invalid_request',
      `${type}_${version}_${packed.slice(0, 8)}… is no pseudonym of this tenant: it was changed, cut short or made with other keys.`,
      { cause },
    );
  }
}

function toBase32(bytes: Uint8Array): string {
  let out = '';
  let bits = 0;
  let buffer = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET[(buffer >> bits) & 31] ?? '';
    }
  }
  return bits > 0 ? out + (ALPHABET[(buffer << (5 - bits)) & 31] ?? '') : out;
}

function fromBase32(text: string): Uint8Array {
  const out: number[] = [];
  let bits = 0;
  let buffer = 0;
  for (const char of text) {
    buffer = ((buffer << 5) | ALPHABET.indexOf(char)) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push((buffer >> bits) & 0xff);
  }
  return Uint8Array.from(out);
}
