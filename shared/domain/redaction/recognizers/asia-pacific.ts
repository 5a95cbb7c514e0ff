import { isDate, varied, verhoeff, weighted } from '../checksums.ts';
import { byNumber, byPattern } from '../recognizer.ts';

/** Tax file number: weights 1 4 3 7 5 8 6 9 10, modulus 11. */
export const auTfn = byNumber({
  name: 'au-tfn',
  type: 'AU_TFN',
  languages: ['en'],
  shapes: [[3, 3, 3], [9]],
  valid: (digits) => varied(digits) && weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
  score: 0.4,
  solidScore: 0.25,
  scoreInContext: 0.95,
  context: ['tfn', 'tax file', 'tax file number'],
  proof: 'modulus 11',
});

/** Business number: first digit less one, modulus 89. */
export const auAbn = byNumber({
  name: 'au-abn',
  type: 'AU_ABN',
  languages: ['en'],
  shapes: [[2, 3, 3, 3], [11]],
  valid: (digits) =>
    /^[1-9]/.test(digits) && (weighted(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0,
  score: 0.6,
  solidScore: 0.35,
  scoreInContext: 0.95,
  context: ['abn', 'australian business'],
  proof: 'modulus 89',
});

/** Medicare card: ninth digit checks the first eight. */
export const auMedicare = byNumber({
  name: 'au-medicare',
  type: 'AU_MEDICARE',
  languages: ['en'],
  shapes: [[4, 5, 1], [10], [4, 5, 1, 1]],
  valid: (digits) => /^[2-6]/.test(digits) && weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8]),
  score: 0.35,
  solidScore: 0.2,
  scoreInContext: 0.9,
  context: ['medicare', 'medicare number', 'medicare card'],
  proof: 'check digit',
});

export const inAadhaar = byNumber({
  name: 'in-aadhaar',
  type: 'IN_AADHAAR',
  languages: ['en', 'hi'],
  shapes: [[4, 4, 4], [12]],
  valid: (digits) => /^[2-9]/.test(digits) && varied(digits) && verhoeff(digits),
  score: 0.6,
  solidScore: 0.4,
  scoreInContext: 0.95,
  context: ['aadhaar', 'aadhar', 'uidai', 'uid'],
  proof: 'Verhoeff',
});

/** Permanent account number: the fourth letter is the kind of holder. */
export const inPan = byPattern({
  name: 'in-pan',
  type: 'IN_PAN',
  languages: ['en'],
  pattern: /\b[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]\b/g,
  score: 0.65,
  scoreInContext: 0.95,
  context: ['pan', 'permanent account', 'income tax'],
  proof: 'format with holder letter',
});

const NRIC: Readonly<Record<string, { add: number; letters: string }>> = {
  S: { add: 0, letters: 'JZIHGFEDCBA' },
  T: { add: 4, letters: 'JZIHGFEDCBA' },
  F: { add: 0, letters: 'XWUTRQPNMLK' },
  G: { add: 4, letters: 'XWUTRQPNMLK' },
  M: { add: 3, letters: 'KLJNPQRTUWX' },
};

export const sgNric = byPattern({
  name: 'sg-nric',
  type: 'SG_NRIC_FIN',
  languages: ['en'],
  pattern: /\b[STFGM]\d{7}[A-Z]\b/gi,
  valid: (value) => {
    const compact = value.toUpperCase();
    const series = NRIC[compact.charAt(0)];
    if (series === undefined) return false;
    const rest = (weighted(compact.slice(1, 8), [2, 7, 6, 5, 4, 3, 2]) + series.add) % 11;
    return series.letters.charAt(compact.startsWith('M') ? 10 - rest : rest) === compact.charAt(8);
  },
  score: 0.8,
  scoreInContext: 0.95,
  context: ['nric', 'fin', 'identity card'],
  proof: 'check letter',
});

/** MyKad: birth date, place of birth, serial. */
export const myNric = byPattern({
  name: 'my-nric',
  type: 'MY_NRIC',
  languages: ['ms', 'en'],
  pattern: /(?<![\d-])\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-\d{2}-\d{4}(?![\d-])/g,
  valid: (value) =>
    !['00', '17', '18', '19', '20', '69', '70', '73', '80', '81', '94', '95', '96', '97'].includes(value.slice(7, 9)),
  score: 0.7,
  scoreInContext: 0.95,
  context: ['mykad', 'nric', 'kad pengenalan', 'identity card', 'ic'],
  proof: 'date and place code',
});

/** Resident registration number: birth date, century digit, weights modulus 11 (numbers since October 2020 have no check). */
export const krRrn = byPattern({
  name: 'kr-rrn',
  type: 'KR_RRN',
  languages: ['ko', 'en'],
  pattern: /(?<![\d-])\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-8]\d{6}(?![\d-])/g,
  score: 0.75,
  scoreInContext: 0.95,
  context: ['rrn', 'resident registration', '주민등록번호'],
});

export const thNationalId = byNumber({
  name: 'th-national-id',
  type: 'TH_TNIN',
  languages: ['th', 'en'],
  shapes: [[1, 4, 5, 2, 1], [13]],
  valid: (digits) =>
    /^[1-8]/.test(digits) &&
    varied(digits) &&
    (11 - (weighted(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(digits[12]),
  score: 0.7,
  solidScore: 0.3,
  scoreInContext: 0.95,
  context: ['thai id', 'thai national id', 'tnin', 'national id', 'เลขประจำตัวประชาชน'],
  proof: 'modulus 11',
});

/** Resident identity card: region, birth date, serial, ISO 7064 MOD 11-2. */
export const cnResidentId = byPattern({
  name: 'cn-resident-id',
  type: 'CN_RESIDENT_ID',
  languages: ['zh'],
  pattern:
    /(?<![\p{L}\p{N}])[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![\p{L}\p{N}])/giu,
  valid: (value) =>
    isDate(Number(value.slice(6, 10)), Number(value.slice(10, 12)), Number(value.slice(12, 14))) &&
    '10X98765432'.charAt(weighted(value, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11) ===
      value.slice(-1).toUpperCase(),
  score: 0.9,
  proof: 'date and MOD 11-2',
});
