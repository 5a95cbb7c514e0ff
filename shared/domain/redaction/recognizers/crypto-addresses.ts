import { base58check, bech32 } from '../coin-checks.ts';
import { byPattern } from '../recognizer.ts';

export const bitcoin = byPattern({
  name: 'bitcoin-base58',
  type: 'CRYPTO',
  pattern: /\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b/g,
  valid: base58check,
  score: 1,
  proof: 'base58check',
});

export const bitcoinSegwit = byPattern({
  name: 'bitcoin-bech32',
  type: 'CRYPTO',
  pattern: /\b(?:bc|tb|ltc)1[02-9ac-hj-np-z]{11,87}\b/gi,
  valid: bech32,
  score: 1,
  proof: 'bech32',
});

export const ethereum = byPattern({
  name: 'ethereum',
  type: 'CRYPTO',
  pattern: /\b0x[0-9a-fA-F]{40}\b/g,
  score: 0.85,
  proof: '20 bytes of hex',
});
