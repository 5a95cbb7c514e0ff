import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiKeyHint, crc32, formatApiKey, hashApiKey, isWellFormedApiKey, newApiKey } from './api-key.ts';

describe('API keys', () => {
  it('carry 160 random bits and a checksum that verifies', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (secret) => {
        const key = formatApiKey(secret);
        expect(key).toHaveLength(48);
        expect(isWellFormedApiKey(key)).toBe(true);
      }),
    );
  });

  it('are refused after any one character changed', () => {
    const key = newApiKey();
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.constantFrom(...'0189azAZ_-'), (at, character) => {
        fc.pre(key[at] !== character);
        expect(isWellFormedApiKey(key.slice(0, at) + character + key.slice(at + 1))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('are refused when cut, lengthened or 10 kB long', () => {
    const key = newApiKey();
    for (const wrong of [key.slice(0, -1), `${key}0`, '', 'recto_key_', 'r'.repeat(10_000)])
      expect(isWellFormedApiKey(wrong)).toBe(false);
  });

  it('take exactly 20 bytes', () => expect(() => formatApiKey(new Uint8Array(19))).toThrow(RangeError));

  it('differ from each other, and so do their hashes', () => {
    const keys = Array.from({ length: 200 }, () => newApiKey());
    expect(new Set(keys.map(hashApiKey)).size).toBe(200);
    expect(keys[0]?.startsWith(apiKeyHint(keys[0]).slice(0, -1))).toBe(true);
  });

  it('use the CRC-32 that everyone uses', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => crc32(text) === zlibCrc32(text)));
  });
});
