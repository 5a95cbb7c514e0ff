import { luhn, varied } from '../checksums.ts';
import { byNumber } from '../recognizer.ts';

const within = (digits: string, from: number, to: number): boolean => {
  const length = String(from).length;
  const head = Number(digits.slice(0, length));
  return head >= from && head <= to;
};

/** Issuer ranges (ISO/IEC 7812 identification numbers) with their lengths. */
const ISSUERS: readonly { from: number; to: number; lengths: readonly number[] }[] = [
  { from: 4, to: 4, lengths: [13, 16, 19] },
  { from: 51, to: 55, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 34, to: 34, lengths: [15] },
  { from: 37, to: 37, lengths: [15] },
  { from: 6011, to: 6011, lengths: [16, 19] },
  { from: 644, to: 659, lengths: [16, 19] },
  { from: 62, to: 62, lengths: [16, 17, 18, 19] },
  { from: 300, to: 305, lengths: [14, 16] },
  { from: 3095, to: 3095, lengths: [14, 16] },
  { from: 36, to: 36, lengths: [14] },
  { from: 38, to: 39, lengths: [14, 16] },
  { from: 3528, to: 3589, lengths: [16, 19] },
  { from: 2200, to: 2204, lengths: [16] },
  { from: 5018, to: 5018, lengths: [13, 16, 19] },
  { from: 5020, to: 5020, lengths: [13, 16, 19] },
  { from: 5038, to: 5038, lengths: [13, 16, 19] },
  { from: 5893, to: 5893, lengths: [13, 16, 19] },
  { from: 6304, to: 6304, lengths: [13, 16, 19] },
  { from: 6759, to: 6763, lengths: [13, 16, 19] },
  { from: 60, to: 60, lengths: [16] },
  { from: 81, to: 82, lengths: [16] },
  { from: 508, to: 508, lengths: [16] },
];

const CONTEXT = [
  'card',
  'credit',
  'debit',
  'visa',
  'mastercard',
  'amex',
  'cc',
  'pan',
  'karte',
  'carte',
  'tarjeta',
  'carta',
  'kreditkarte',
];

const ofIssuer = (digits: string): boolean =>
  ISSUERS.some((issuer) => issuer.lengths.includes(digits.length) && within(digits, issuer.from, issuer.to));

export const creditCard = byNumber({
  name: 'credit-card',
  type: 'CREDIT_CARD',
  shapes: [
    [4, 4, 4, 4],
    [4, 6, 5],
    [4, 6, 4],
    [4, 4, 4, 4, 3],
    [4, 4, 4, 1],
    [6, 13],
    [13],
    [14],
    [15],
    [16],
    [17],
    [18],
    [19],
  ],
  valid: (digits) => ofIssuer(digits) && luhn(digits) && varied(digits),
  score: 0.9,
  scoreInContext: 1,
  // A bare run of 13 to 19 digits passes by chance once in a few hundred.
  solidScore: 0.8,
  context: CONTEXT,
  proof: 'issuer range and Luhn',
});

export const imei = byNumber({
  name: 'imei',
  type: 'IMEI',
  shapes: [[15], [2, 6, 6, 1], [6, 2, 6, 1], [8, 6, 1]],
  valid: (digits) => luhn(digits) && varied(digits),
  score: 0.35,
  scoreInContext: 0.95,
  context: ['imei', 'handset', 'device', 'mobile', 'phone', 'handy', 'meid'],
  proof: 'Luhn',
});
