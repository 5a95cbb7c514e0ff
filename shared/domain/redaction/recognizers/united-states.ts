import { luhn, varied } from '../checksums.ts';
import { byNumber, byPattern } from '../recognizer.ts';

/** Social Security Administration: no area 000, 666 or 900+, no group 00, no serial 0000. */
export const usSsn = byNumber({
  name: 'us-ssn',
  type: 'US_SSN',
  languages: ['en'],
  shapes: [[3, 2, 4], [9]],
  valid: (digits) =>
    !/^(?:000|666|9)/.test(digits) && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000' && varied(digits),
  score: 0.6,
  solidScore: 0.2,
  scoreInContext: 0.95,
  context: ['ssn', 'ssns', 'social security', 'social', 'ss', 'ssid', 'social sec'],
  proof: 'SSA number ranges',
});

/** IRS: 9xx with a group of 50-65, 70-88, 90-92 or 94-99. */
export const usItin = byNumber({
  name: 'us-itin',
  type: 'US_ITIN',
  languages: ['en'],
  shapes: [[3, 2, 4], [9]],
  valid: (digits) => {
    const group = Number(digits.slice(3, 5));
    return (
      digits.startsWith('9') &&
      ((group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group <= 92) || group >= 94)
    );
  },
  score: 0.55,
  solidScore: 0.2,
  scoreInContext: 0.9,
  context: ['itin', 'taxpayer', 'tax id', 'tin', 'individual taxpayer'],
  proof: 'IRS number ranges',
});

const EIN_UNUSED = new Set([
  '00',
  '07',
  '08',
  '09',
  '17',
  '18',
  '19',
  '28',
  '29',
  '49',
  '69',
  '70',
  '78',
  '79',
  '89',
  '96',
  '97',
]);

export const usEin = byNumber({
  name: 'us-ein',
  type: 'US_EIN',
  languages: ['en'],
  shapes: [[2, 7]],
  valid: (digits) => !EIN_UNUSED.has(digits.slice(0, 2)) && varied(digits),
  score: 0.3,
  scoreInContext: 0.85,
  context: ['ein', 'fein', 'employer identification', 'employer id', 'federal tax', 'tax id', 'irs'],
  proof: 'IRS prefixes',
});

export const usPassport = byPattern({
  name: 'us-passport',
  type: 'US_PASSPORT',
  languages: ['en'],
  pattern: /\b(?:[A-Z]\d{8}|\d{9})\b/g,
  score: 0.1,
  scoreInContext: 0.8,
  context: ['passport', 'passports', 'travel document'],
});

/** Formats differ by state; only the words beside it tell. */
export const driverLicense = byPattern({
  name: 'us-driver-license',
  type: 'US_DRIVER_LICENSE',
  languages: ['en'],
  pattern:
    /(?<![\p{L}\p{N}-])(?=[A-Z0-9-]{0,4}\d{3})(?:[A-Z]{1,2}[- ]?\d{2,14}[A-Z]?|\d{7,14}[A-Z]?|[A-Z]\d{3}(?:-\d{3,4}){2,3}|\d[A-Z]{3}\d{4,7})(?![\p{L}\p{N}-])/giu,
  score: 0.05,
  scoreInContext: 0.75,
  context: [
    'driver license',
    'driver s license',
    'drivers license',
    'driver s licence',
    'drivers licence',
    'driving license',
    'license number',
    'licence number',
    'license no',
    'dl',
    'dln',
    'permit number',
  ],
});

/** Medicare beneficiary identifier: CMS format, no S L O I B Z. */
export const usMbi = byPattern({
  name: 'us-mbi',
  type: 'US_MBI',
  languages: ['en'],
  pattern:
    /\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b/g,
  score: 0.6,
  scoreInContext: 0.95,
  context: ['medicare', 'mbi', 'beneficiary', 'cms'],
});

/** National provider identifier: Luhn with the prefix 80840. */
export const usNpi = byNumber({
  name: 'us-npi',
  type: 'US_NPI',
  languages: ['en'],
  shapes: [[10]],
  valid: (digits) => /^[12]/.test(digits) && luhn(`80840${digits}`) && varied(digits),
  score: 0.25,
  scoreInContext: 0.9,
  context: ['npi', 'national provider', 'provider'],
  proof: 'Luhn with prefix',
});

/** Drug Enforcement Administration registrant: (1st+3rd+5th) + 2 (2nd+4th+6th), last digit. */
export const medicalLicense = byPattern({
  name: 'dea-number',
  type: 'MEDICAL_LICENSE',
  languages: ['en'],
  pattern: /\b[ABCDEFGHJKLMPRSTUX][A-Z9]-?\d{7}\b/g,
  valid: (value) => {
    const digits = Array.from(value.slice(-7), Number);
    const at = (index: number): number => digits[index] ?? 0;
    return (at(0) + at(2) + at(4) + 2 * (at(1) + at(3) + at(5))) % 10 === at(6);
  },
  score: 0.6,
  scoreInContext: 0.95,
  context: ['dea', 'medical', 'license', 'prescriber', 'certificate', 'registration'],
  proof: 'DEA checksum',
});
