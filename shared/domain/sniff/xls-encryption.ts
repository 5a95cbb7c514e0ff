import { createHash } from 'node:crypto';
import { view } from './byte-reader.ts';

/** Excel encrypts workbooks whose structure is protected with this password, and opens them with it silently. */
export const DEFAULT_PASSWORD = 'VelvetSweatshop';
const FILEPASS = 0x002f;
const EOF_RECORD = 0x000a;

function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const at = (i: number): number => state[i & 255] as number;
  const swap = (i: number, j: number): void => {
    const held = at(i);
    state[i] = at(j);
    state[j] = held;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] as number)) & 255;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return data.map((byte) => {
    i = (i + 1) & 255;
    j = (j + at(i)) & 255;
    swap(i, j);
    return byte ^ at(at(i) + at(j));
  });
}

const md5 = (...parts: Uint8Array[]): Uint8Array => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** MS-OFFCRYPTO 2.3.6.2 and 2.3.6.4, block 0: whether the default password satisfies the verifier. */
function defaultOpensRc4(record: Uint8Array): boolean {
  const salt = record.subarray(6, 22);
  const password = new Uint8Array(Buffer.from(DEFAULT_PASSWORD, 'utf16le'));
  const truncatedHash = md5(password).subarray(0, 5);
  const buffer = new Uint8Array(16 * 21);
  for (let i = 0; i < 16; i++) {
    buffer.set(truncatedHash, i * 21);
    buffer.set(salt, i * 21 + 5);
  }
  const key = md5(md5(buffer).subarray(0, 5), new Uint8Array(4));
  const plain = rc4(key, record.subarray(22, 54));
  return Buffer.from(md5(plain.subarray(0, 16))).equals(plain.subarray(16, 32));
}

/** MS-OFFCRYPTO 2.3.7.1: the 16-bit verifier of XOR obfuscation. */
function xorVerifier(password: string): number {
  let verifier = 0;
  const bytes = [password.length, ...new TextEncoder().encode(password)];
  for (const byte of bytes.reverse())
    verifier = (((verifier & 0x4000) === 0 ? 0 : 1) | ((verifier << 1) & 0x7fff)) ^ byte;
  return verifier ^ 0xce4b;
}

/** Whether a workbook stream (BIFF) is encrypted with a password other than the default one. Reads its first substream. */
export function xlsNeedsPassword(stream: Uint8Array): boolean {
  const data = view(stream);
  for (let at = 0; at + 4 <= stream.length; ) {
    const kind = data.getUint16(at, true);
    const length = data.getUint16(at + 2, true);
    if (kind === EOF_RECORD) return false;
    if (kind === FILEPASS) {
      const record = stream.subarray(at + 4, at + 4 + length);
      if (record.length < 4) return true;
      const fields = view(record);
      // BIFF5 has no type field: key and verifier only.
      if (length === 4) return fields.getUint16(2, true) !== xorVerifier(DEFAULT_PASSWORD);
      if (fields.getUint16(0, true) === 0) return fields.getUint16(4, true) !== xorVerifier(DEFAULT_PASSWORD);
      return !(fields.getUint16(2, true) === 1 && record.length >= 54 && defaultOpensRc4(record));
    }
    at += 4 + length;
  }
  return false;
}
