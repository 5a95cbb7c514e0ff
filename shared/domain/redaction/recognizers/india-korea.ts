import { isDate, varied, weighted } from '../checksums.ts';
import { byNumber, byPattern } from '../recognizer.ts';

const BASE36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** GSTIN: state, PAN, entity, Z, check character modulus 36. */
export const inGstin = byPattern({
  name: 'in-gstin',
  type: 'IN_GSTIN',
  languages: ['en'],
  pattern: /(?<![\p{L}\p{N}])[0-3]\d[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[\dA-Z](?![\p{L}\p{N}])/giu,
  valid: (value) => {
    const code = value.toUpperCase();
    let sum = 0;
    for (let i = 0; i < 14; i++) {
      const product = BASE36.indexOf(code.charAt(i)) * (i % 2 === 0 ? 1 : 2);
      sum += Math.floor(product / 36) + (product % 36);
    }
    return BASE36.charAt((36 - (sum % 36)) % 36) === code.charAt(14);
  },
  score: 0.9,
  scoreInContext: 0.98,
  context: ['gstin', 'gst', 'goods and services tax'],
  proof: 'check character',
});

export const inPassport = byPattern({
  name: 'in-passport',
  type: 'IN_PASSPORT',
  languages: ['en'],
  pattern: /(?<![\p{L}\p{N}])[A-PR-WY][1-9]\d ?\d{4}[1-9](?![\p{L}\p{N}])/giu,
  score: 0.1,
  scoreInContext: 0.8,
  context: ['passport', 'passport number', 'indian passport'],
});

/** Elector's photo identity card: three letters, seven digits. */
export const inVoter = byPattern({
  name: 'in-voter',
  type: 'IN_VOTER',
  languages: ['en'],
  pattern: /(?<![\p{L}\p{N}])[A-Z]{3}\d{7}(?![\p{L}\p{N}])/giu,
  score: 0.1,
  scoreInContext: 0.85,
  context: ['voter', 'voter id', 'epic', 'elector photo identity card'],
});

/** Business registration number: weights 1 3 7 1 3 7 1 3 5, tens of the last product added. */
export const krBrn = byNumber({
  name: 'kr-brn',
  type: 'KR_BRN',
  languages: ['ko', 'en'],
  shapes: [[3, 2, 5], [10]],
  valid: (digits) => {
    const sum = weighted(digits, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Math.floor((Number(digits[8]) * 5) / 10);
    return varied(digits) && (10 - (sum % 10)) % 10 === Number(digits[9]);
  },
  score: 0.5,
  solidScore: 0.15,
  scoreInContext: 0.95,
  context: ['brn', 'business registration number', 'business registration', '사업자등록번호', '사업자번호', '사업자'],
  proof: 'check digit',
});

export const krDriverLicense = byPattern({
  name: 'kr-driver-license',
  type: 'KR_DRIVER_LICENSE',
  languages: ['ko', 'en'],
  pattern: /(?<![\d-])(?:1[1-9]|2[0-8])-\d{2}-\d{6}-\d{2}(?![\d-])/g,
  score: 0.55,
  scoreInContext: 0.95,
  context: ['운전면허', '운전면허번호', '면허번호', 'driver license', 'driver s license'],
  proof: 'region code',
});

/** Foreigner registration number: as a resident's, the century digit 5 to 8. */
export const krFrn = byPattern({
  name: 'kr-frn',
  type: 'KR_FRN',
  languages: ['ko', 'en'],
  pattern: /(?<![\d-])\d{6}-?[5-8]\d{6}(?![\d-])/g,
  valid: (value) => isDate(2000 + Number(value.slice(0, 2)), Number(value.slice(2, 4)), Number(value.slice(4, 6))),
  score: 0.45,
  scoreInContext: 0.96,
  context: ['frn', 'foreigner registration', 'foreigner registration number', '외국인등록번호', '외국인번호'],
  proof: 'date and century digit',
});

export const krPassport = byPattern({
  name: 'kr-passport',
  type: 'KR_PASSPORT',
  languages: ['ko', 'en'],
  pattern: /(?<![\p{L}\p{N}])[MSRODG](?:\d{8}|\d{3}[A-Z]\d{4})(?![\p{L}\p{N}])/giu,
  score: 0.1,
  scoreInContext: 0.8,
  context: ['passport', 'passport number', 'korean passport', '여권', '대한민국 여권'],
});
