import type { NerType } from './labels.ts';

/** Short labels of forms. They stand where names stand, and are none. */
const FORM_LABELS = new Set(
  'ABN ACN BIC CHF DOB EAN EUR FAX GBP GST IBAN ISO PO QTY REF SKU SWIFT TEL UOM UPC USD VAT'.split(' '),
);
const AMOUNT = /^(?:[-+$€£]\s?\d[\d.,]*|\d{1,3}(?:,\d{3})+(?:\.\d\d)?)$/;

const ZIP_PLUS_FOUR = /^\d{5}-\d{4}$/;

/** Whether a learned span can be of its type at all by its text. `dated` says that it holds a word of the calendar. */
export function isPlausible(type: NerType, value: string, dated: boolean): boolean {
  if (AMOUNT.test(value)) return false;
  if (type === 'DATE_TIME') return dated || /\p{N}/u.test(value);
  if (type === 'ADDRESS') return isPlausibleAddress(value);
  if (type === 'AGE') return true;
  if (!/\p{L}/u.test(value)) return false;
  return !value.split(/[^\p{L}]+/u).every((word) => word === '' || FORM_LABELS.has(word));
}

/** A row of a table of goods (`10 l 8 can 72 576`) is none: several numbers, and no word that a street or a town could be called. */
function isPlausibleAddress(value: string): boolean {
  const numbers = value.match(/\d+(?:[.,]\d+)?/g)?.length ?? 0;
  if (!/\p{L}/u.test(value))
    return ZIP_PLUS_FOUR.test(value) || (value.replace(/\D/g, '').length < 7 && !/\d\s+\d/.test(value));
  return numbers < 3 || /\p{L}{4}|\p{Lu}\p{L}/u.test(value);
}
