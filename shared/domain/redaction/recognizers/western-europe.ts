import { luhn, mod11x10, remainder, varied, weighted } from '../checksums.ts';
import { byNumber, byPattern } from '../recognizer.ts';

/** Steuer-Identifikationsnummer: one digit appears two or three times, MOD 11,10. */
export const deTaxId = byNumber({
  name: 'de-tax-id',
  type: 'DE_TAX_ID',
  languages: ['de', 'en'],
  shapes: [[2, 3, 3, 3], [11]],
  valid: (digits) => {
    const counts = new Map<string, number>();
    for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    const repeated = [...counts.values()].filter((count) => count > 1);
    return !digits.startsWith('0') && repeated.length === 1 && (repeated[0] ?? 0) <= 3 && mod11x10(digits);
  },
  score: 0.5,
  scoreInContext: 0.95,
  context: [
    'steuer',
    'steuerid',
    'idnr',
    'steueridentifikationsnummer',
    'identifikationsnummer',
    'tax id',
    'bzst',
    'steuernummer',
  ],
  proof: 'ISO 7064 MOD 11,10',
});

/** Versicherungsnummer: area, birth date, letter, serial, check over letter values. */
export const deSocialSecurity = byPattern({
  name: 'de-social-security',
  type: 'DE_SOCIAL_SECURITY',
  languages: ['de'],
  pattern: /\b\d{2} ?(?:0[1-9]|[1256]\d|3[01]|7[0-9]|8[01])(?:0[1-9]|1[0-2])\d{2} ?[A-Z] ?\d{2} ?\d\b/g,
  valid: (value) => {
    const compact = value.replace(/ /g, '');
    const letter = compact.charCodeAt(8) - 64;
    const digits = `${compact.slice(0, 8)}${String(letter).padStart(2, '0')}${compact.slice(9, 11)}`;
    const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let sum = 0;
    for (let i = 0; i < 12; i++) {
      const product = Number(digits[i]) * (weights[i] ?? 0);
      sum += Math.floor(product / 10) + (product % 10);
    }
    return sum % 10 === Number(compact[11]);
  },
  score: 0.8,
  scoreInContext: 0.95,
  context: [
    'rentenversicherungsnummer',
    'sozialversicherungsnummer',
    'versicherungsnummer',
    'rvnr',
    'svnr',
    'sozialversicherung',
  ],
  proof: 'check digit',
});

/** Numéro d'inscription au répertoire: key is 97 less the rest by 97; 2A and 2B stand for 19 and 18. */
export const frNir = byPattern({
  name: 'fr-nir',
  type: 'FR_NIR',
  languages: ['fr'],
  pattern: /\b[1-478][ .]?\d{2}[ .]?(?:0[1-9]|[1-9]\d)[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}[ .]?\d{2}\b/gi,
  valid: (value) => {
    const compact = value.replace(/[ .]/g, '').toUpperCase().replace('2A', '19').replace('2B', '18');
    return 97 - remainder(compact.slice(0, 13), 97) === Number(compact.slice(13));
  },
  score: 0.85,
  scoreInContext: 1,
  context: ['nir', 'sécurité sociale', 'securite sociale', 'insee', 'numéro', 'assuré'],
  proof: 'modulus 97',
});

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

export const esNif = byPattern({
  name: 'es-nif',
  type: 'ES_NIF',
  languages: ['es', 'en'],
  pattern: /\b\d{2}\.?\d{3}\.?\d{3}[ -]?[A-HJ-NP-TV-Z]\b/gi,
  valid: (value) => DNI_LETTERS.charAt(Number(value.replace(/\D/g, '')) % 23) === value.slice(-1).toUpperCase(),
  score: 0.65,
  scoreInContext: 0.95,
  context: ['dni', 'nif', 'documento nacional', 'identidad', 'identificación'],
  proof: 'letter modulus 23',
});

export const esNie = byPattern({
  name: 'es-nie',
  type: 'ES_NIE',
  languages: ['es', 'en'],
  pattern: /\b[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]\b/gi,
  valid: (value) => {
    const compact = value.replace(/[ -]/g, '').toUpperCase();
    const number = Number('XYZ'.indexOf(compact.charAt(0)) + compact.slice(1, 8));
    return DNI_LETTERS.charAt(number % 23) === compact.charAt(8);
  },
  score: 0.75,
  scoreInContext: 0.95,
  context: ['nie', 'extranjero', 'identificación'],
  proof: 'letter modulus 23',
});

/** Values of a character at an odd place of a codice fiscale, in the order of 0-9A-Z. */
const ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22,
  25, 24, 23,
];

export const itFiscalCode = byPattern({
  name: 'it-codice-fiscale',
  type: 'IT_FISCAL_CODE',
  languages: ['it'],
  pattern: /\b[A-Z]{6} ?[\dLMNP-V]{2} ?[ABCDEHLMPRST] ?[\dLMNP-V]{2} ?[A-Z][\dLMNP-V]{3} ?[A-Z]\b/gi,
  valid: (value) => {
    const compact = value.replace(/ /g, '').toUpperCase();
    let sum = 0;
    for (let i = 0; i < 15; i++) {
      const order = Number.parseInt(compact.charAt(i), 36);
      sum += i % 2 === 0 ? (ODD[order] ?? 0) : order > 9 ? order - 10 : order;
    }
    return String.fromCharCode(65 + (sum % 26)) === compact.charAt(15);
  },
  score: 0.95,
  context: ['codice fiscale', 'cf', 'fiscale'],
  proof: 'control character',
});

/** Burgerservicenummer: the eleven test. */
export const nlBsn = byNumber({
  name: 'nl-bsn',
  type: 'NL_BSN',
  languages: ['nl'],
  shapes: [[9], [4, 2, 3], [3, 3, 3]],
  valid: (digits) => varied(digits) && weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
  score: 0.3,
  scoreInContext: 0.95,
  context: ['bsn', 'burgerservicenummer', 'sofinummer', 'sofi'],
  proof: 'eleven test',
});

/** Rijksregisternummer: 97 less the rest of nine digits, with a 2 before for those born since 2000. */
export const beNational = byNumber({
  name: 'be-national-number',
  type: 'BE_NATIONAL_NUMBER',
  languages: ['nl', 'fr'],
  shapes: [[2, 2, 2, 3, 2], [6, 3, 2], [11]],
  valid: (digits) => {
    const check = Number(digits.slice(9));
    const month = Number(digits.slice(2, 4));
    const born = month <= 12 && Number(digits.slice(4, 6)) <= 31;
    const head = digits.slice(0, 9);
    return born && varied(digits) && (97 - remainder(head, 97) === check || 97 - remainder(`2${head}`, 97) === check);
  },
  score: 0.6,
  solidScore: 0.4,
  scoreInContext: 0.95,
  context: [
    'rijksregisternummer',
    'registre national',
    'national number',
    'numéro national',
    'nationaal nummer',
    'niss',
    'insz',
  ],
  proof: 'modulus 97',
});

/** Número de identificação fiscal: weights 9 to 2, modulus 11. */
export const ptNif = byNumber({
  name: 'pt-nif',
  type: 'PT_NIF',
  languages: ['pt'],
  shapes: [[9], [3, 3, 3]],
  valid: (digits) => {
    const rest = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    return /^[1-35689]/.test(digits) && varied(digits) && (rest < 2 ? 0 : 11 - rest) === Number(digits[8]);
  },
  score: 0.3,
  scoreInContext: 0.95,
  context: ['nif', 'contribuinte', 'número de identificação fiscal', 'identificação fiscal'],
  proof: 'modulus 11',
});

/** AHV number: EAN-13 with the prefix 756. */
export const chAhv = byNumber({
  name: 'ch-ahv',
  type: 'CH_AHV',
  languages: ['de', 'fr', 'it'],
  shapes: [[3, 4, 4, 2], [13]],
  valid: (digits) =>
    digits.startsWith('756') &&
    (10 - (weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === Number(digits[12]),
  score: 0.85,
  context: ['ahv', 'avs'],
  proof: 'EAN-13 with prefix 756',
});

/** AMKA: birth date and Luhn. */
export const grAmka = byNumber({
  name: 'gr-amka',
  type: 'GR_AMKA',
  languages: ['el'],
  shapes: [[11]],
  valid: (digits) =>
    luhn(digits) && Number(digits.slice(0, 2)) <= 31 && Number(digits.slice(2, 4)) <= 12 && varied(digits),
  score: 0.3,
  scoreInContext: 0.9,
  context: ['amka', 'αμκα'],
  proof: 'Luhn',
});
