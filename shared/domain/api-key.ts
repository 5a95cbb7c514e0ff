import { createHash } from 'node:crypto';

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 20;

/** The longest text that can be a key: longer ones are refused before anything is computed. */
const KEY_LENGTH = 'recto_key_'.length + 32 + 6;
const KEY_FORM = /^recto_key_[0-9a-hjkmnp-tv-z]{32}[0-9A-Za-z]{6}$/;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32 of ISO 3309, as zip and PNG use it; over ASCII text. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) crc = (CRC_TABLE[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function checksum(text: string): string {
  let rest = crc32(text);
  let out = '';
  for (let i = 0; i < 6; i++) {
    out = BASE62[rest % 62] + out;
    rest = Math.floor(rest / 62);
  }
  return out;
}

/** `recto_key_`, 160 random bits in 32 Crockford base32 characters, then their CRC-32 in 6 base62 characters. */
export function formatApiKey(secret: Uint8Array): string {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`An API key holds ${SECRET_BYTES} random bytes`);
  let bits = 0;
  let value = 0;
  let body = 'recto_key_';
  for (const byte of secret) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      body += BASE32[(value >>> bits) & 31];
    }
    value &= 0xff;
  }
  return body + checksum(body);
}

export const newApiKey = (): string => formatApiKey(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

/** Whether it can be a key at all: form and checksum. A mistyped or cut key is refused here, without a look-up. */
export function isWellFormedApiKey(text: string): boolean {
  if (text.length !== KEY_LENGTH || !KEY_FORM.test(text)) return false;
  return checksum(text.slice(0, -6)) === text.slice(-6);
}

/** SHA-256, hex: the only form in which a key is stored. 160 random bits need no salt and no slow hash. */
export const hashApiKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** What people may see of a key to tell it from others. */
export const apiKeyHint = (key: string): string => `${key.slice(0, 16)}…`;
