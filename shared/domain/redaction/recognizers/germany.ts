import { varied, weighted } from '../checksums.ts';
import { byNumber, byPattern } from '../recognizer.ts';

/** ICAO 9303: weights 7 3 1 over digits and letters (A is 10), modulus 10. */
function icao(value: string): boolean {
  let sum = 0;
  for (let i = 0; i < value.length - 1; i++) sum += Number.parseInt(value.charAt(i), 36) * ([7, 3, 1][i % 3] ?? 0);
  return sum % 10 === Number(value.slice(-1));
}
const DOCUMENT = /(?<![\p{L}\p{N}])[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ\d]{8}\d?(?![\p{L}\p{N}])/giu;
const hasDigit = (value: string): boolean => /\d/.test(value.slice(1));
/** With the check digit printed after it (ten characters) it must hold. */
const document = (value: string): boolean => hasDigit(value) && (value.length === 9 || icao(value.toUpperCase()));

export const deIdCard = byPattern({
  name: 'de-id-card',
  type: 'DE_ID_CARD',
  languages: ['de', 'en'],
  pattern: DOCUMENT,
  valid: document,
  score: 0.15,
  scoreInContext: 0.85,
  context: [
    'personalausweis',
    'personalausweisnummer',
    'ausweis',
    'ausweisnummer',
    'ausweisdokument',
    'identity card',
    'npa',
  ],
  proof: 'serial number alphabet',
});

export const dePassport = byPattern({
  name: 'de-passport',
  type: 'DE_PASSPORT',
  languages: ['de', 'en'],
  pattern: DOCUMENT,
  valid: document,
  score: 0.15,
  scoreInContext: 0.85,
  context: ['reisepass', 'reisepassnummer', 'passnummer', 'pass nr', 'passport', 'passport number'],
  proof: 'serial number alphabet',
});

/** Krankenversichertennummer: a letter, eight digits, Luhn over the letter's place and the digits. */
export const deHealthInsurance = byPattern({
  name: 'de-health-insurance',
  type: 'DE_HEALTH_INSURANCE',
  languages: ['de'],
  pattern: /(?<![\p{L}\p{N}])[A-Z]\d{9}(?![\p{L}\p{N}])/giu,
  valid: (value) => {
    const digits = `${String(value.toUpperCase().charCodeAt(0) - 64).padStart(2, '0')}${value.slice(1, 9)}`;
    let sum = 0;
    for (let i = 0; i < 10; i++) {
      const product = Number(digits[i]) * (i % 2 === 0 ? 1 : 2);
      sum += product > 9 ? product - 9 : product;
    }
    return sum % 10 === Number(value.slice(-1));
  },
  score: 0.4,
  scoreInContext: 0.95,
  context: [
    'krankenversicherungsnummer',
    'krankenversichertennummer',
    'versichertennummer',
    'kvnr',
    'krankenkasse',
    'krankenversicherung',
    'gesundheitskarte',
    'egk',
  ],
  proof: 'check digit',
});

/** Lebenslange Arztnummer: weights 4 9, modulus 10, then two digits of the specialty. */
export const deLanr = byNumber({
  name: 'de-lanr',
  type: 'DE_LANR',
  languages: ['de'],
  shapes: [[9], [7, 2]],
  valid: (digits) =>
    varied(digits) && (10 - (weighted(digits, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === Number(digits.charAt(6)),
  score: 0.15,
  scoreInContext: 0.9,
  context: ['lanr', 'arztnummer', 'arzt nr', 'vertragsarzt', 'kassenarzt'],
  proof: 'check digit',
});

/** Betriebsstättennummer: two digits of the association, then seven. */
export const deBsnr = byNumber({
  name: 'de-bsnr',
  type: 'DE_BSNR',
  languages: ['de'],
  shapes: [[9]],
  valid: (digits) => {
    const area = Number(digits.slice(0, 2));
    return varied(digits) && ((area >= 1 && area <= 35) || area === 38 || (area >= 46 && area <= 99));
  },
  score: 0.05,
  scoreInContext: 0.85,
  context: ['bsnr', 'betriebsstättennummer', 'betriebsstätte', 'praxisnummer', 'nebenbetriebsstätte'],
  proof: 'area code',
});

/** Führerschein: authority, serial, check, copy. */
export const deDrivingLicence = byPattern({
  name: 'de-driving-licence',
  type: 'DE_FUEHRERSCHEIN',
  languages: ['de', 'en'],
  pattern: /(?<![\p{L}\p{N}])[A-Z]\d[\dA-Z]{2}[\dA-Z]{6}\d(?![\p{L}\p{N}])/giu,
  score: 0.15,
  scoreInContext: 0.85,
  context: [
    'führerschein',
    'führerscheinnummer',
    'fahrerlaubnis',
    'driving licence',
    'driving license',
    'licence number',
    'license number',
  ],
});

export const deHandelsregister = byPattern({
  name: 'de-handelsregister',
  type: 'DE_HANDELSREGISTER',
  languages: ['de'],
  pattern: /(?<![\p{L}\p{N}])HR[AB][ -]?\d{1,6}(?: ?[A-Z]{1,3})?(?![\p{L}\p{N}])/gu,
  score: 0.65,
  scoreInContext: 0.9,
  context: ['handelsregister', 'amtsgericht', 'registergericht', 'handelsregisternummer', 'registerauszug'],
});

/** Steuernummer of a Land, `12/345/67890`, or the federal one of 13 digits. */
export const deTaxNumber = byPattern({
  name: 'de-tax-number',
  type: 'DE_TAX_NUMBER',
  languages: ['de'],
  pattern: /(?<![\p{L}\p{N}/.-])(?:\d{2,3}[/ ]\d{3}[/ ]\d{4,5}|\d{10,11}|\d{13})(?![\p{L}\p{N}/]|[.-]\d)/gu,
  score: 0.1,
  scoreInContext: 0.85,
  context: ['steuernummer', 'steuer nr', 'st nr', 'finanzamt', 'steuerbescheid'],
});

/** Umsatzsteuer-Identifikationsnummer: ISO 7064 MOD 11,10 as the tax id. */
export const deVatId = byPattern({
  name: 'de-vat-id',
  type: 'DE_VAT_ID',
  languages: ['de', 'en'],
  pattern: /(?<![\p{L}\p{N}])DE ?\d{3} ?\d{3} ?\d{3}(?![\p{L}\p{N}])/giu,
  valid: (value) => {
    const digits = value.replace(/\D/g, '');
    let product = 10;
    for (const digit of digits.slice(0, 8)) product = (((Number(digit) + product) % 10 || 10) * 2) % 11;
    return (11 - product) % 10 === Number(digits.charAt(8));
  },
  score: 0.8,
  scoreInContext: 0.95,
  context: ['ust', 'ust id', 'ustid', 'ust idnr', 'umsatzsteuer', 'vat', 'vat id', 'mehrwertsteuer'],
  proof: 'ISO 7064 MOD 11,10',
});
