import { isDate, luhn, remainder, varied, weighted } from '../checksums.ts';
import { byNumber, byPattern } from '../recognizer.ts';

/** PESEL: weights 1 3 7 9 repeated; the month carries the century. */
export const plPesel = byNumber({
  name: 'pl-pesel',
  type: 'PL_PESEL',
  languages: ['pl', 'en'],
  shapes: [[11]],
  valid: (digits) => {
    const month = Number(digits.slice(2, 4)) % 20;
    const check = (10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10;
    return isDate(2000 + Number(digits.slice(0, 2)), month, Number(digits.slice(4, 6))) && check === Number(digits[10]);
  },
  score: 0.5,
  scoreInContext: 0.95,
  context: ['pesel', 'numer pesel'],
  proof: 'date and check digit',
});

/** Personnummer: Luhn over the last ten digits; samordningsnummer add 60 to the day. */
export const sePersonnummer = byPattern({
  name: 'se-personnummer',
  type: 'SE_PERSONNUMMER',
  languages: ['sv', 'en'],
  pattern: /(?<![\d.-])(?:(?:19|20)\d{2}|\d{2})(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])[-+ ]?\d{4}(?![\d.-])/g,
  valid: (value) => luhn(value.replace(/\D/g, '').slice(-10)),
  score: 0.5,
  scoreInContext: 0.95,
  context: ['personnummer', 'samordningsnummer', 'personal identity', 'födelsenummer'],
  proof: 'date and Luhn',
});

/** Henkilötunnus: birth date, century sign, serial; control character by modulus 31. */
export const fiPersonal = byPattern({
  name: 'fi-hetu',
  type: 'FI_PERSONAL_IDENTITY_CODE',
  languages: ['fi', 'sv'],
  pattern:
    /(?<![\p{L}\p{N}])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![\p{L}\p{N}])/giu,
  valid: (value) =>
    '0123456789ABCDEFHJKLMNPRSTUVWXY'.charAt(remainder(value.slice(0, 6) + value.slice(7, 10), 31)) ===
    value.slice(-1).toUpperCase(),
  score: 0.9,
  context: ['hetu', 'henkilötunnus', 'personbeteckning'],
  proof: 'modulus 31',
});

/** Fødselsnummer: two check digits by modulus 11. */
export const noFodselsnummer = byNumber({
  name: 'no-fodselsnummer',
  type: 'NO_FODSELSNUMMER',
  languages: ['no'],
  shapes: [[11], [6, 5]],
  valid: (digits) =>
    varied(digits) &&
    weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
    weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
  score: 0.6,
  scoreInContext: 0.95,
  context: ['fødselsnummer', 'personnummer', 'd nummer'],
  proof: 'modulus 11 twice',
});

/** CPR number: date and serial; the old check digit no longer holds for all, so it needs context or its hyphen. */
export const dkCpr = byPattern({
  name: 'dk-cpr',
  type: 'DK_CPR',
  languages: ['da'],
  pattern: /(?<![\d.-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[- ]?\d{4}(?![\d.-])/g,
  score: 0.25,
  scoreInContext: 0.9,
  context: ['cpr', 'cpr nummer', 'personnummer'],
});
