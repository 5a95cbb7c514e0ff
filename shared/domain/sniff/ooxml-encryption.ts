import { createDecipheriv, createHash } from 'node:crypto';
import { view } from './byte-reader.ts';
import { DEFAULT_PASSWORD } from './xls-encryption.ts';

const MAX_SPIN = 1_000_000;

function iterate(algorithm: string, salt: Uint8Array, spins: number): Uint8Array {
  let hash = createHash(algorithm).update(salt).update(Buffer.from(DEFAULT_PASSWORD, 'utf16le')).digest();
  const counter = Buffer.alloc(4);
  for (let i = 0; i < spins; i++) {
    counter.writeUInt32LE(i);
    hash = createHash(algorithm).update(counter).update(hash).digest();
  }
  return hash;
}

function decrypt(mode: string, key: Uint8Array, iv: Uint8Array | null, data: Uint8Array): Uint8Array {
  const cipher = createDecipheriv(`aes-${key.length * 8}-${mode}`, key, iv);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** MS-OFFCRYPTO 2.3.4.7 and 2.3.4.9 (standard encryption: AES, SHA-1, 50,000 iterations). */
function standardOpens(info: Uint8Array): boolean {
  const fields = view(info);
  const headerSize = fields.getUint32(8, true);
  const keyBytes = fields.getUint32(12 + 16, true) / 8;
  const verifier = info.subarray(12 + headerSize);
  const salt = verifier.subarray(4, 20);
  const spun = iterate('sha1', salt, 50_000);
  const final = createHash('sha1').update(spun).update(Buffer.alloc(4)).digest();
  const pad = (value: number): Uint8Array => {
    const block = new Uint8Array(64).fill(value);
    for (let i = 0; i < final.length; i++) block[i] = value ^ (final[i] as number);
    return createHash('sha1').update(block).digest();
  };
  const key = Buffer.concat([pad(0x36), pad(0x5c)]).subarray(0, keyBytes);
  const plain = decrypt('ecb', key, null, verifier.subarray(20, 36));
  const hash = decrypt('ecb', key, null, verifier.subarray(40, 72));
  return createHash('sha1').update(plain).digest().equals(hash.subarray(0, 20));
}

/** MS-OFFCRYPTO 2.3.4.11 to 2.3.4.13 (agile encryption: parameters as XML). */
function agileOpens(info: Uint8Array): boolean {
  const xml = new TextDecoder().decode(info.subarray(8));
  const element = /<(?:\w+:)?encryptedKey\b[^>]*>/.exec(xml)?.[0] ?? '';
  const attribute = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(element)?.[1] ?? '';
  const algorithm = attribute('hashAlgorithm').replace('-', '').toLowerCase();
  const spins = Number(attribute('spinCount'));
  if (!/^sha(?:1|256|384|512)$/.test(algorithm) || !(spins >= 0 && spins <= MAX_SPIN)) return false;
  const salt = Buffer.from(attribute('saltValue'), 'base64');
  const spun = iterate(algorithm, salt, spins);
  const keyBytes = Number(attribute('keyBits')) / 8;
  const open = (block: string, value: string): Uint8Array => {
    const key = createHash(algorithm).update(spun).update(Buffer.from(block, 'hex')).digest().subarray(0, keyBytes);
    return decrypt('cbc', key, salt.subarray(0, 16), Buffer.from(attribute(value), 'base64'));
  };
  const input = open('fea7d2763b4b9e79', 'encryptedVerifierHashInput').subarray(0, salt.length);
  const stored = open('d7aa0f6d3061344e', 'encryptedVerifierHashValue');
  const hash = createHash(algorithm).update(input).digest();
  return hash.equals(stored.subarray(0, hash.length));
}

/**
 * Whether an encrypted Office package opens with the password that Office tries silently. `info` is the EncryptionInfo
 * stream. Parameters that cannot be read count as "needs a password".
 */
export function ooxmlOpensWithoutPassword(info: Uint8Array): boolean {
  if (info.length < 72) return false;
  const major = view(info).getUint16(0, true);
  const minor = view(info).getUint16(2, true);
  try {
    if (major === 4 && minor === 4) return agileOpens(info);
    return minor === 2 && standardOpens(info);
  } catch (error) {
    // OpenSSL and out-of-range parameters: the file cannot be opened with what it declares.
    if (error instanceof Error) return false;
    throw error;
  }
}
