import { createDecipheriv, createHash } from 'node:crypto';
import { RectoError } from '../errors.ts';
import { view } from './byte-reader.ts';
import { DEFAULT_PASSWORD } from './xls-encryption.ts';

const MAX_SPIN = 1_000_000;
const SEGMENT = 4096;

const passwordWrong = (): RectoError =>
  new RectoError('password_wrong', 'The password does not open the document. Check it and send the document again.');
const notSupported = (): RectoError =>
  new RectoError(
    'conversion_failed',
    'The document is encrypted by a method that is not supported. Save it without a password.',
  );

const digest = (algorithm: string, ...parts: Uint8Array[]): Buffer => {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function spin(algorithm: string, salt: Uint8Array, password: string, spins: number): Buffer {
  let hash = digest(algorithm, salt, Buffer.from(password, 'utf16le'));
  for (let i = 0; i < spins; i++) hash = digest(algorithm, uint32(i), hash);
  return hash;
}

function decrypt(mode: string, key: Uint8Array, iv: Uint8Array | null, data: Uint8Array): Buffer {
  const cipher = createDecipheriv(`aes-${key.length * 8}-${mode}`, key, iv);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** Decrypts the bytes of the package (after its length field); null for a wrong password. */
type Opener = (password: string) => ((data: Uint8Array) => Uint8Array) | null;

/** MS-OFFCRYPTO 2.3.4.7 and 2.3.4.9 (standard encryption: AES, SHA-1, 50,000 iterations). */
function standard(info: Uint8Array): Opener {
  const fields = view(info);
  const headerSize = fields.getUint32(8, true);
  const keyBytes = fields.getUint32(12 + 16, true) / 8;
  const verifier = info.subarray(12 + headerSize);
  return (password) => {
    const final = digest('sha1', spin('sha1', verifier.subarray(4, 20), password, 50_000), Buffer.alloc(4));
    const pad = (value: number): Buffer => {
      const block = new Uint8Array(64).fill(value);
      for (let i = 0; i < final.length; i++) block[i] = value ^ (final[i] as number);
      return digest('sha1', block);
    };
    const key = Buffer.concat([pad(0x36), pad(0x5c)]).subarray(0, keyBytes);
    const plain = decrypt('ecb', key, null, verifier.subarray(20, 36));
    const hash = decrypt('ecb', key, null, verifier.subarray(40, 72));
    if (!digest('sha1', plain).equals(hash.subarray(0, 20))) return null;
    return (data) => decrypt('ecb', key, null, data.subarray(0, data.length - (data.length % 16)));
  };
}

/** MS-OFFCRYPTO 2.3.4.11 to 2.3.4.15 (agile encryption: parameters as XML). */
function agile(info: Uint8Array): Opener {
  const xml = new TextDecoder().decode(info.subarray(8));
  const attributes = (element: RegExp): ((name: string) => string) => {
    const found = element.exec(xml)?.[0] ?? '';
    return (name) => new RegExp(`\\b${name}="([^"]*)"`).exec(found)?.[1] ?? '';
  };
  const keyData = attributes(/<(?:\w+:)?keyData\b[^>]*>/);
  const encryptedKey = attributes(/<(?:\w+:)?encryptedKey\b[^>]*>/);
  const algorithmOf = (attribute: (name: string) => string): string => {
    const algorithm = attribute('hashAlgorithm').replace('-', '').toLowerCase();
    if (!/^sha(?:1|256|384|512)$/.test(algorithm) || attribute('cipherAlgorithm') !== 'AES') throw notSupported();
    return algorithm;
  };
  const algorithm = algorithmOf(encryptedKey);
  const packageAlgorithm = algorithmOf(keyData);
  const spins = Number(encryptedKey('spinCount'));
  if (!(spins >= 0 && spins <= MAX_SPIN)) throw notSupported();
  const salt = Buffer.from(encryptedKey('saltValue'), 'base64');
  const keyBytes = Number(encryptedKey('keyBits')) / 8;
  return (password) => {
    const spun = spin(algorithm, salt, password, spins);
    const open = (block: string, value: string): Buffer => {
      const short = digest(algorithm, spun, Buffer.from(block, 'hex'));
      // A hash shorter than the key is filled up with 0x36.
      const key = Buffer.concat([short, Buffer.alloc(Math.max(0, keyBytes - short.length), 0x36)]).subarray(
        0,
        keyBytes,
      );
      return decrypt('cbc', key, salt.subarray(0, 16), Buffer.from(encryptedKey(value), 'base64'));
    };
    const input = open('fea7d2763b4b9e79', 'encryptedVerifierHashInput').subarray(0, salt.length);
    const hash = digest(algorithm, input);
    if (!hash.equals(open('d7aa0f6d3061344e', 'encryptedVerifierHashValue').subarray(0, hash.length))) return null;
    const key = open('146e0be7abacd0d6', 'encryptedKeyValue').subarray(0, keyBytes);
    const packageSalt = Buffer.from(keyData('saltValue'), 'base64');
    return (data) => {
      const parts: Buffer[] = [];
      for (let at = 0; at + 16 <= data.length; at += SEGMENT) {
        const segment = data.subarray(at, at + SEGMENT);
        const iv = digest(packageAlgorithm, packageSalt, uint32(at / SEGMENT)).subarray(0, 16);
        parts.push(decrypt('cbc', key, iv, segment.subarray(0, segment.length - (segment.length % 16))));
      }
      return Buffer.concat(parts);
    };
  };
}

/** `info` is the EncryptionInfo stream. Errors: `conversion_failed` for methods that Office documents do not use. */
function opener(info: Uint8Array): Opener {
  if (info.length < 72) throw notSupported();
  const [major, minor] = [view(info).getUint16(0, true), view(info).getUint16(2, true)];
  if (major === 4 && minor === 4) return agile(info);
  if (minor === 2) return standard(info);
  throw notSupported();
}

/** OpenSSL refuses parameters that make no sense: the file cannot be opened with what it declares. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RectoError || !(error instanceof Error)) throw error;
    throw notSupported();
  }
}

/** Whether an encrypted package opens with the password that Office tries silently. What cannot be read needs a password. */
export function ooxmlOpensWithoutPassword(info: Uint8Array): boolean {
  try {
    return guarded(() => opener(info)(DEFAULT_PASSWORD) !== null);
  } catch (error) {
    if (error instanceof RectoError) return false;
    throw error;
  }
}

/**
 * The document inside an encrypted package: the streams EncryptionInfo and EncryptedPackage of its compound file. Without
 * a password the default one is tried. Errors: `password_required`, `password_wrong`, `conversion_failed`.
 */
export function decryptOoxml(info: Uint8Array, encrypted: Uint8Array, password: string | null): Uint8Array {
  return guarded(() => {
    const open = opener(info);
    const decryptor = (password === null ? null : open(password)) ?? open(DEFAULT_PASSWORD);
    if (decryptor === null && password === null)
      throw new RectoError(
        'password_required',
        'The document needs a password to be opened. Send it with the document.',
      );
    if (decryptor === null) throw passwordWrong();
    const size = Number(view(encrypted).getBigUint64(0, true));
    return decryptor(encrypted.subarray(8)).subarray(0, size);
  });
}
