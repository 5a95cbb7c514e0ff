import { byPattern } from '../recognizer.ts';

const VIN_VALUES = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ';
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** ISO 3779; the check digit of 49 CFR 565 holds in North America and China, elsewhere context must speak. */
export function vinCheck(vin: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (VIN_VALUES.indexOf(vin.charAt(i)) % 10) * (VIN_WEIGHTS[i] ?? 0);
  return '0123456789X'.charAt(sum % 11) === vin.charAt(8);
}

const VIN_CONTEXT = ['vin', 'vehicle', 'chassis', 'fahrgestellnummer', 'fin', 'car'];
const VIN = /\b(?=[A-HJ-NPR-Z]*\d)(?=\d*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{13}\d{4}\b/g;

export const vin = byPattern({
  name: 'vin',
  type: 'VIN',
  pattern: VIN,
  valid: vinCheck,
  score: 0.75,
  scoreInContext: 0.98,
  context: VIN_CONTEXT,
  proof: 'check digit',
});

export const vinInContext = byPattern({
  name: 'vin-in-context',
  type: 'VIN',
  pattern: VIN,
  score: 0.2,
  scoreInContext: 0.8,
  context: VIN_CONTEXT,
});

/** Shapes are many and loose (UK, DE, FR/IT/ES, US): only the words beside one tell. */
export const licensePlate = byPattern({
  name: 'license-plate',
  type: 'LICENSE_PLATE',
  languages: ['en', 'de', 'fr', 'es', 'it'],
  pattern:
    /(?<![\p{L}\p{N}-])(?:[A-Z]{2}\d{2} ?[A-Z]{3}|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}[EH]?|[A-Z]{2}-?\d{3}-?[A-Z]{2}|\d{4} ?[B-DF-HJ-NP-TV-Z]{3}|[A-Z]{3}[ -]?\d{3,4}|[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{1,3}[ -]?\d{4}|\d{2}[ -]?BH[ -]?\d{4}[ -]?[A-Z]{1,2}|[A-Z]{3}-?\d{3}[A-Z]{2}|(?:0[1-9]|[1-7]\d|8[01]) ?[A-Z]{1,3} ?\d{2,5}|\d{1,3}[ -]?[A-Z]{3}|\d[A-Z]{3}\d{3})(?![\p{L}\p{N}-])/gu,
  score: 0.1,
  scoreInContext: 0.75,
  context: [
    'plate',
    'plates',
    'number plate',
    'license plate',
    'licence plate',
    'registration number',
    'reg no',
    'vrn',
    'vehicle registration',
    'kennzeichen',
    'immatriculation',
    'matrícula',
    'targa',
    'plaka',
    'nummernschild',
    'vehicle',
    'rto',
    'dvla',
    'v5c',
  ],
});
