import { varied, weighted } from '../checksums.ts';
import { byNumber, byPattern } from '../recognizer.ts';

/** HMRC: prefixes that were never issued are left out. */
export const ukNino = byPattern({
  name: 'uk-nino',
  type: 'UK_NINO',
  languages: ['en'],
  pattern: /\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]\b/gi,
  score: 0.7,
  scoreInContext: 0.95,
  context: ['national insurance', 'ni', 'nino', 'insurance'],
  proof: 'HMRC format',
});

/** Any two letters where the words before say what it is: the specimen `QQ 12 34 56 C`, a misread prefix. */
export const ukNinoLabelled = byPattern({
  name: 'uk-nino-labelled',
  type: 'UK_NINO',
  languages: ['en'],
  pattern: /\b[A-Z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]\b/gi,
  score: 0.2,
  scoreInContext: 0.75,
  context: ['national insurance', 'nino'],
  proof: 'shape',
});

/** NHS number: weights 10 to 2, modulus 11. */
export const ukNhs = byNumber({
  name: 'uk-nhs',
  type: 'UK_NHS',
  languages: ['en'],
  shapes: [[3, 3, 4], [10]],
  valid: (digits) => {
    const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
    return varied(digits) && check !== 10 && check % 11 === Number(digits[9]);
  },
  score: 0.5,
  solidScore: 0.35,
  scoreInContext: 0.95,
  context: ['nhs', 'national health', 'health service', 'patient'],
  proof: 'modulus 11',
});

/** Unique taxpayer reference: first digit checks the other nine. */
export const ukUtr = byNumber({
  name: 'uk-utr',
  type: 'UK_UTR',
  languages: ['en'],
  shapes: [[10], [5, 5]],
  valid: (digits) =>
    varied(digits) && '21987654321'.charAt(weighted(digits.slice(1), [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11) === digits[0],
  score: 0.25,
  scoreInContext: 0.9,
  context: ['utr', 'unique taxpayer', 'taxpayer reference', 'self assessment', 'hmrc'],
  proof: 'modulus 11',
});

/** DVLA: five letters of the surname, decade, month (plus 50 for women), day, year, initials, check. */
export const ukDrivingLicence = byPattern({
  name: 'uk-driving-licence',
  type: 'UK_DRIVING_LICENCE',
  languages: ['en'],
  pattern: /\b[A-Z9]{5}\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z9]{2}[A-Z0-9]{3}(?: ?\d{2})?\b/g,
  score: 0.8,
  scoreInContext: 0.95,
  context: ['driving licence', 'driving license', 'dvla', 'licence'],
});

export const ukPassport = byPattern({
  name: 'uk-passport',
  type: 'UK_PASSPORT',
  languages: ['en'],
  pattern: /\b[A-Z]{2}\d{7}\b/g,
  score: 0.1,
  scoreInContext: 0.8,
  context: ['passport', 'travel document', 'hmpo'],
});
