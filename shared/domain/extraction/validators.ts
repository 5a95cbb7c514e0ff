import type { ExtractedField } from '../extraction-result.ts';
import { abaRouting, digitsOf, ean, isbn, luhn, socialSecurity } from './values/checksums.ts';
import { normalizeCountry, normalizeCurrency } from './values/codes.ts';
import { isRealDate } from './values/dates.ts';
import { BIC, validIban } from './values/iban.ts';
import { validVat } from './values/vat.ts';

type Value = ExtractedField['value'];
type Validator = (value: Value) => boolean | null;

const onText =
  (check: (text: string) => boolean | null): Validator =>
  (value) =>
    typeof value === 'string' ? check(value) : false;

function realDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return match !== null && isRealDate(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** True or false where a checksum or rule decides about a normalized value; null where none applies to it. */
export const VALIDATORS = {
  date: onText(realDate),
  pastDate: onText((text) => realDate(text) && text < '2200'),
  iban: onText(validIban),
  bic: onText((text) => new RegExp(`^(?:${BIC.source})$`).test(text) && normalizeCountry(text.slice(4, 6)) !== null),
  vat: onText(validVat),
  // A masked number cannot be checked.
  card: onText((text) => (/^\d{12,19}$/.test(text) ? luhn(text) : /\*/.test(text) ? null : false)),
  isbn: onText(isbn),
  ean: onText(ean),
  aba: onText((text) => abaRouting(digitsOf(text))),
  ssn: onText((text) => socialSecurity(digitsOf(text))),
  email: onText((text) => /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text)),
  phone: onText((text) => (text.startsWith('+') ? true : null)),
  url: onText((text) => URL.canParse(text)),
  country: onText((text) => normalizeCountry(text) !== null),
  currency: onText((text) => normalizeCurrency(text) !== null),
  percent: ((value) => typeof value === 'number' && value >= -100 && value <= 1000) satisfies Validator,
} as const satisfies Record<string, Validator>;

export type ValidatorName = keyof typeof VALIDATORS;
