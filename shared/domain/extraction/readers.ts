import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { ExtractedField } from '../extraction-result.ts';
import { clip, fold } from './text.ts';
import { digitsOf } from './values/checksums.ts';
import { normalizeCountry, normalizeCurrency } from './values/codes.ts';
import { type DateOrder, findDates, resolveDate } from './values/dates.ts';
import { BIC, normalizeIban } from './values/iban.ts';
import { findMoney, type NumberHints, parseDecimal } from './values/money.ts';
import { normalizeTaxId } from './values/vat.ts';

/** What the document as a whole tells about how its values are written. */
export interface ReadContext {
  order: DateOrder;
  hints: NumberHints;
  /** ISO 3166-1 alpha-2, for phone numbers without a country prefix. */
  country: string | null;
}

export interface Reading {
  value: ExtractedField['value'];
  /** Half-open range in the text that was read. */
  start: number;
  end: number;
  /** 0 to 1: how clearly the text has the form of the type. */
  fit: number;
  /** False where reading itself shows that the value cannot be right. */
  valid?: boolean;
}

type Reader = (text: string, context: ReadContext) => Reading | null;

/** Characters beside a label that are looked at. */
const MAX_TEXT = 500;

function byPattern(pattern: RegExp, make: (raw: string) => string | null, fit = 0.95): Reader {
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return null;
    const raw = match[1] ?? match[0];
    const value = make(raw);
    if (value === null) return null;
    const start = match.index + match[0].indexOf(raw);
    return { value, start, end: start + raw.length, fit };
  };
}

/** Free text to the end of what was given, without leading and trailing punctuation. */
function freeText(max: number, accept: (text: string) => boolean, fit: number): Reader {
  return (text) => {
    const lead = /^[\s:;.,#=|*_–-]*/.exec(text)?.[0].length ?? 0;
    const value = clip(text.slice(lead), max)
      .trimEnd()
      .replace(/[\s:;,|_]+$/, '');
    if (value === '' || !accept(value)) return null;
    return { value: value.replace(/\s+/g, ' '), start: lead, end: lead + value.length, fit };
  };
}

const readDate: Reader = (text, context) => {
  const match = findDates(text)[0];
  if (match !== undefined) {
    const resolved = resolveDate(match, context.order);
    const fit = (resolved.ambiguous ? 0.93 : 1) * (match.start > 24 ? 0.8 : 1);
    return { value: resolved.value, start: match.start, end: match.end, fit, valid: resolved.valid };
  }
  const compact = /^\D{0,4}((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)/.exec(text);
  if (compact === null) return null;
  const start = compact[0].length - 8;
  return { value: `${compact[1]}-${compact[2]}-${compact[3]}`, start, end: start + 8, fit: 0.8 };
};

const readMoney: Reader = (text, context) => {
  const all = findMoney(text, context.hints).filter((one) => !/^ ?%/.test(text.slice(one.end, one.end + 2)));
  const match = all.findLast((one) => one.certain) ?? all.find((one) => one.start <= 4);
  if (match === undefined) return null;
  return { value: match.money, start: match.start, end: match.end, fit: match.certain ? 1 : 0.6 };
};

const readNumber =
  (whole: boolean): Reader =>
  (text, context) => {
    const match = /^\D{0,12}?(-?)(\d[\d.,' ]{0,20})/.exec(text);
    if (match === null) return null;
    const printed = (match[2] ?? '').replace(/[., ']+$/, '');
    const decimal = parseDecimal(printed, context.hints.decimal);
    if (decimal === null) return null;
    const value = Number(`${match[1]}${decimal}`);
    if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) return null;
    const start = match[0].length - (match[2] ?? '').length;
    return { value, start, end: start + printed.length, fit: 0.85 };
  };

const readPercent: Reader = (text) => {
  const match = /(-?\d{1,3}(?:[.,]\d{1,4})?) ?%/.exec(text);
  if (match === null) return null;
  return {
    value: Number((match[1] ?? '').replace(',', '.')),
    start: match.index,
    end: match.index + match[0].length,
    fit: 1,
  };
};

const readPhone: Reader = (text, context) => {
  const match = /(?:\+|\(\+?|\b)\d[\d ()./-]{4,22}\d/.exec(text);
  if (match === null) return null;
  const digits = digitsOf(match[0]);
  if (digits.length < 6 || digits.length > 15) return null;
  const country = context.country !== null && isSupportedCountry(context.country) ? context.country : undefined;
  const parsed = parsePhoneNumberFromString(match[0], country satisfies CountryCode | undefined);
  const national = parsed?.isValid() === true;
  // Digits that start with the country's own calling code, printed without a plus.
  const bare = national ? parsed : parsePhoneNumberFromString(`+${digits}`);
  const value = bare?.isValid() === true && (national || bare.country === country) ? bare.number : digits;
  const grouped = value.startsWith('+') ? 1 : /[ ()-]/.test(match[0]) ? 0.8 : 0.6;
  return { value, start: match.index, end: match.index + match[0].length, fit: grouped };
};

const readIban: Reader = (text) => {
  const match = /\b[A-Z]{2} ?\d{2}(?:[ -]?[A-Z0-9]){11,30}/i.exec(text);
  const iban = match === null ? null : normalizeIban(match[0]);
  if (match === null || iban === null) return null;
  let end = match.index;
  for (let seen = 0; seen < iban.length && end < text.length; end++) if (/[A-Z0-9]/i.test(text[end] ?? '')) seen++;
  return { value: iban, start: match.index, end, fit: 1 };
};

const readCountry: Reader = (text) => {
  const words = /^[\s:]*([\p{L}.' -]{1,60})/u.exec(text);
  const raw = words?.[1]?.trim() ?? '';
  const start = text.indexOf(raw);
  for (const candidate of [raw, raw.split(/\s{2,}/)[0] ?? '', raw.split(' ')[0] ?? '']) {
    const code = candidate === '' ? null : normalizeCountry(candidate);
    if (code !== null) return { value: code, start, end: start + candidate.length, fit: 1 };
  }
  return null;
};

const readBoolean: Reader = (text) => {
  const match = /^[\s:]*(yes|no|ja|nein|oui|non|si|sí|true|false|☒|☑|☐|\[x\]|\[ \])(?![\p{L}])/iu.exec(text);
  if (match === null) return null;
  const raw = match[1] ?? '';
  const start = match[0].length - raw.length;
  const value = !/^(?:no|nein|non|false|☐|\[ \])$/.test(fold(raw));
  return { value, start, end: start + raw.length, fit: 1 };
};

const letters = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0;

/** What `bank` and the like lead to in a title or a footer, never the name of anybody: `STATEMENT`, `2 Quay Street, Cardiff`. */
const NO_NAME =
  /^(?:bank |account )?(?:statement|details|charges|transfer|balance|information)s?$|^\d{1,5} [^,]{2,60}, /i;

const readName = freeText(
  200,
  (text) => letters(text) >= 2 && letters(text) * 2 >= text.length && !NO_NAME.test(text.trim()),
  0.85,
);

/** A name ends where an address, a number or a date begins: `Tomasz Wilk, tomasz@example.org, +44 …`. */
const readPerson: Reader = (text, context) => {
  const name = readName(text, context);
  if (name === null) return null;
  const parts = text.slice(name.start, name.end).split(/(?=[,;|] )|(?= \S{1,64}@)/);
  const last = parts.findIndex((part, index) => index > 0 && /[\d@]/.test(part));
  if (last < 0) return name;
  const raw = parts
    .slice(0, last)
    .join('')
    .replace(/[\s,;|]+$/, '');
  return { ...name, value: raw.replace(/\s+/g, ' '), end: name.start + raw.length };
};

const hasDigit = (text: string): boolean => /\d/.test(text);
const trimId = (raw: string): string | null => {
  const value = raw.replace(/[./_-]+$/, '');
  return hasDigit(value) && !/^\d{1,2}[:/]\d\d/.test(value) ? value : null;
};

/** By name: finds the first value of its type in the text beside a label. Linear in the text, which is cut to 500 characters. */
const TABLE = {
  text: freeText(500, () => true, 0.8),
  shortText: freeText(60, () => true, 0.8),
  name: readName,
  person: readPerson,
  address: freeText(300, (text) => letters(text) >= 4, 0.8),
  date: readDate,
  time: byPattern(/(?<![\d:])([01]?\d|2[0-3])[:.h][0-5]\d(?:[:.][0-5]\d)?(?: ?[ap]\.?m\b\.?)?/i, clock),
  money: readMoney,
  number: readNumber(false),
  integer: readNumber(true),
  percent: readPercent,
  identifier: byPattern(
    /^[\s:;.#=°º()|-]{0,6}(?:(?:no|nr|num|number)\b[\s:.#]{0,4})?([A-Z0-9](?:[A-Z0-9/._-]{0,39}| (?=\d{2}))*)/i,
    trimId,
    0.9,
  ),
  digits: byPattern(
    /(?<![\d.,])(\d(?:[ -]?[\dXx*]){3,33})(?![.,]\d)/,
    (raw) => (/^(?:19|20)\d\d-[01]\d-[0-3]\d$/.test(raw) ? null : raw.replace(/[ -]/g, '').toUpperCase()),
    0.9,
  ),
  registration: byPattern(
    /([A-Z]{0,4} ?\d[\dA-Z]{3,14}(?:-[A-Z0-9]{1,2})?)\b/i,
    (raw) => raw.trim().toUpperCase(),
    0.9,
  ),
  taxId: byPattern(
    /\b((?:[A-Z]{2,3}[ -]?)?[A-Z0-9]{0,3}\d(?:[ ./-]?\d){5,14}(?:[ -]?[A-Z]\w{0,3})?)\b/i,
    normalizeTaxId,
    0.95,
  ),
  card: byPattern(/(?<![\d.])((?:[\dXx*](?:[ -]?)){11,18}[\dXx*])(?!\d)/, (raw) =>
    raw.replace(/[ -]/g, '').replace(/x/gi, '*'),
  ),
  iban: readIban,
  bic: byPattern(BIC, (raw) => raw),
  isbn: byPattern(/\b(?:97[89][ -]?)?(?:\d[ -]?){9}[\dXx]\b/, (raw) => raw.replace(/[ -]/g, '').toUpperCase()),
  ean: byPattern(/\b(?:\d{8}|\d{12,14})\b/, (raw) => raw),
  ssn: byPattern(/(?<![\d-])\d{3}([- ]?)\d{2}\1\d{4}(?![\d-])/, (raw) => raw),
  email: byPattern(/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}/, (raw) => raw.toLowerCase(), 1),
  phone: readPhone,
  url: byPattern(/(?:https?:\/\/|www\.)[^\s<>"'()]{3,200}/i, (raw) => {
    const address = raw.replace(/[.,;]+$/, '');
    return /^www\./i.test(address) ? `https://${address.toLowerCase()}` : address;
  }),
  country: readCountry,
  currency: byPattern(/US\$|S\$|A\$|[$€£¥₹]|\bRM\b|\b[A-Z]{3}\b/, normalizeCurrency),
  boolean: readBoolean,
  sex: byPattern(/^[\s:]*(male|female|m|f|x|w|männlich|weiblich|masculin|féminin)\b/i, (raw) =>
    /^(?:f|w)/i.test(raw) ? 'F' : /^m/i.test(raw) ? 'M' : 'X',
  ),
} as const satisfies Record<string, Reader>;

export type ReaderName = keyof typeof TABLE;

/** `h:mm[:ss] [am|pm]` to 24 hours. */
function clock(raw: string): string | null {
  const match = /(\d{1,2})[:.h](\d\d)(?:[:.](\d\d))?(?: ?([ap])\.?m)?/i.exec(raw);
  if (match === null) return null;
  let hour = Number(match[1]);
  if (match[4] !== undefined && hour <= 12) hour = (hour % 12) + (match[4].toLowerCase() === 'p' ? 12 : 0);
  return [String(hour).padStart(2, '0'), match[2], ...(match[3] === undefined ? [] : [match[3]])].join(':');
}

export function read(name: ReaderName, text: string, context: ReadContext): Reading | null {
  return TABLE[name](clip(text, MAX_TEXT), context);
}
