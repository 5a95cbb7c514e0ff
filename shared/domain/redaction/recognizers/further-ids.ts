import { isDate, luhn, varied, weighted } from '../checksums.ts';
import { byNumber, byPattern } from '../recognizer.ts';

/** Organisationsnummer: third digit at least 2, which no birth date has; Luhn. */
export const seOrganisation = byPattern({
  name: 'se-organisationsnummer',
  type: 'SE_ORGANISATIONSNUMMER',
  languages: ['sv', 'en'],
  pattern: /(?<![\d.-])\d{2}[2-9]\d{3}-?\d{4}(?![\d.-])/g,
  valid: (value) => luhn(value.replace('-', '')),
  score: 0.3,
  scoreInContext: 0.9,
  context: ['organisationsnummer', 'orgnr', 'org nr', 'organisation number', 'företagsnummer'],
  proof: 'Luhn',
});

export const esPassport = byPattern({
  name: 'es-passport',
  type: 'ES_PASSPORT',
  languages: ['es', 'en'],
  pattern: /(?<![\p{L}\p{N}])[A-Z]{3}\d{6}[A-Z]?(?![\p{L}\p{N}])/giu,
  score: 0.05,
  scoreInContext: 0.8,
  context: ['pasaporte', 'número de pasaporte', 'passport', 'passport number'],
});

export const itDriverLicense = byPattern({
  name: 'it-driver-license',
  type: 'IT_DRIVER_LICENSE',
  languages: ['it'],
  pattern: /(?<![\p{L}\p{N}])(?:[A-Z]{2}\d{7}[A-Z]|U1[BCDFGHLJKMNPRSTUWYXZ\d]{7}[A-Z])(?![\p{L}\p{N}])/giu,
  score: 0.2,
  scoreInContext: 0.85,
  context: ['patente', 'patente di guida', 'licenza di guida'],
});

/** Paper card `AA 1234567`, electronic card `CA12345AA`. */
export const itIdentityCard = byPattern({
  name: 'it-identity-card',
  type: 'IT_IDENTITY_CARD',
  languages: ['it'],
  pattern: /(?<![\p{L}\p{N}])(?:[A-Z]{2} ?\d{7}|\d{7}[A-Z]{2}|C[A-Z]\d{5}[A-Z]{2})(?![\p{L}\p{N}])/giu,
  score: 0.05,
  scoreInContext: 0.8,
  context: ["carta d'identità", 'carta', 'identità', 'cie', 'documento'],
});

export const itPassport = byPattern({
  name: 'it-passport',
  type: 'IT_PASSPORT',
  languages: ['it', 'en'],
  pattern: /(?<![\p{L}\p{N}])[A-Z]{2}\d{7}(?![\p{L}\p{N}])/giu,
  score: 0.05,
  scoreInContext: 0.8,
  context: ['passaporto', 'passaporto elettronico'],
});

/** Kimlik numarası: tenth digit from odd and even sums, eleventh the sum of ten modulus 10. */
export const trNationalId = byNumber({
  name: 'tr-national-id',
  type: 'TR_NATIONAL_ID',
  languages: ['tr', 'en'],
  shapes: [[11]],
  valid: (digits) => {
    const odd = weighted(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
    const even = weighted(digits, [0, 1, 0, 1, 0, 1, 0, 1]);
    const tenth = (((odd * 7 - even) % 10) + 10) % 10;
    return (
      !digits.startsWith('0') &&
      varied(digits) &&
      tenth === Number(digits[9]) &&
      (odd + even + tenth) % 10 === Number(digits[10])
    );
  },
  score: 0.55,
  scoreInContext: 0.95,
  context: ['kimlik', 'tc kimlik', 'tckn', 'kimlik no', 'tc no', 'nüfus', 'turkish id'],
  proof: 'two check digits',
});

/** Identity number: birth date, sequence, citizenship, Luhn. */
export const zaId = byNumber({
  name: 'za-id-number',
  type: 'ZA_ID_NUMBER',
  languages: ['en', 'af'],
  shapes: [[13], [6, 4, 3], [6, 4, 2, 1]],
  valid: (digits) =>
    isDate(2000 + Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))) &&
    Number(digits.charAt(10)) <= 2 &&
    luhn(digits),
  score: 0.55,
  scoreInContext: 0.95,
  context: ['id number', 'identity number', 'id', 'rsa id', 'south african id', 'smart id'],
  proof: 'date and Luhn',
});

export const ngNin = byNumber({
  name: 'ng-nin',
  type: 'NG_NIN',
  languages: ['en'],
  shapes: [[11], [4, 3, 4]],
  valid: varied,
  score: 0.02,
  scoreInContext: 0.8,
  context: ['nin', 'national identification number', 'national identity number', 'nimc'],
  proof: 'length',
});

export const phTin = byNumber({
  name: 'ph-tin',
  type: 'PH_TIN',
  languages: ['en', 'tl'],
  shapes: [
    [3, 3, 3],
    [3, 3, 3, 3],
    [3, 3, 3, 5],
  ],
  valid: varied,
  score: 0.05,
  scoreInContext: 0.75,
  context: ['tin', 'bir', 'taxpayer identification number', 'rdo', 'revenue district'],
  proof: 'grouping',
});

/** Company number: complement of the weights 8 to 1, modulus 10. */
export const auAcn = byNumber({
  name: 'au-acn',
  type: 'AU_ACN',
  languages: ['en'],
  shapes: [[3, 3, 3], [9]],
  valid: (digits) =>
    varied(digits) && (10 - (weighted(digits, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === Number(digits[8]),
  score: 0.2,
  scoreInContext: 0.9,
  context: ['acn', 'australian company number', 'company number'],
  proof: 'modulus 10',
});

/** Unique entity number: businesses eight digits and a letter, companies a year and five digits, others T08LL1234A. */
export const sgUen = byPattern({
  name: 'sg-uen',
  type: 'SG_UEN',
  languages: ['en'],
  pattern: /(?<![\p{L}\p{N}])(?:\d{8}[A-Z]|(?:19|20)\d{7}[A-Z]|[RST]\d{2}[A-Z]{2}\d{4}[A-Z])(?![\p{L}\p{N}])/gu,
  score: 0.3,
  scoreInContext: 0.85,
  context: ['uen', 'unique entity number', 'business registration', 'acra'],
});
