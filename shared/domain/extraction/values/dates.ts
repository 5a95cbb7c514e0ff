import { fold } from '../text.ts';

/** How a document writes dates made of numbers alone, and the earliest two-digit year that means 19xx. */
export type DateOrder = 'dmy' | 'mdy';

const NAMES = [
  'jan january januar janvier enero ene januari janv',
  'feb february februar fevrier febrero fev febr februari',
  'mar march marz mars marzo mrz maerz mac',
  'apr april avril abril avr abr',
  'may mai mayo mei',
  'jun june juni juin junio',
  'jul july juli juillet julio juil julai',
  'aug august aout agosto ago ogos',
  'sep sept september septembre septiembre',
  'oct october oktober octobre octubre okt',
  'nov november novembre noviembre',
  'dec december dezember decembre diciembre dez dic dis disember',
];
const MONTHS = new Map(NAMES.flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)));

const ISO = /(?<![\d.,/-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d]|[./-]\d)/g;
const NUMERIC = /(?<![\d.,/]|\d-)(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?![\d]|[./-]\d)/g;
const DAY_NAME =
  /(?<![\p{L}\d])(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[ ,./-]{0,2}(?:day of )?(?:de )?(\p{L}{3,10})[ ,./'’-]{0,3}(?:del? )?(\d{4}|\d{2})(?![\d\p{L}]|[:.]\d)/giu;
const NAME_DAY = /(?<!\p{L})(\p{L}{3,10})\.?[ -](\d{1,2})(?:st|nd|rd|th)?(?:, ?| |-)(\d{4})(?!\d)/giu;
const CJK = /(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日/g;

export interface DateMatch {
  start: number;
  end: number;
  raw: string;
  /** Year, month, day where the order is certain; else the two numbers whose order the document decides. */
  year: number;
  month: number | null;
  day: number | null;
  first: number;
  second: number;
}

/** POSIX: two digits up to 68 mean 20xx, from 69 on 19xx. */
const fullYear = (text: string): number => {
  const year = Number(text);
  return text.length > 2 ? year : year <= 68 ? 2000 + year : 1900 + year;
};

/** A day that the Gregorian calendar has, in the years that documents speak of. */
export function isRealDate(year: number, month: number, day: number): boolean {
  if (year < 1800 || year > 2200 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Every date written in a text, in order of place; linear in the text. */
export function findDates(text: string): DateMatch[] {
  const found: DateMatch[] = [];
  const add = (
    match: RegExpExecArray,
    year: number,
    month: number | null,
    day: number | null,
    first = 0,
    second = 0,
  ) => {
    const start = match.index;
    const end = start + match[0].length;
    if (found.some((other) => start < other.end && other.start < end)) return;
    found.push({ start, end, raw: match[0], year, month, day, first, second });
  };
  if (!/\d/.test(text)) return found;
  for (const m of text.matchAll(ISO)) add(m, Number(m[1]), Number(m[3]), Number(m[4]));
  for (const m of text.matchAll(CJK)) add(m, Number(m[1]), Number(m[2]), Number(m[3]));
  for (const m of text.matchAll(NUMERIC)) {
    const [first, second] = [Number(m[1]), Number(m[3])];
    const year = fullYear(m[4] ?? '');
    // A point between numbers is how languages that put the day first write dates.
    if (m[2] === '.') add(m, year, second, first);
    else if (first > 12 && second <= 12) add(m, year, second, first);
    else if (second > 12 && first <= 12) add(m, year, first, second);
    else add(m, year, null, null, first, second);
  }
  for (const m of text.matchAll(DAY_NAME)) {
    const month = MONTHS.get(fold(m[2] ?? ''));
    if (month !== undefined) add(m, fullYear(m[3] ?? ''), month, Number(m[1]));
  }
  for (const m of text.matchAll(NAME_DAY)) {
    const month = MONTHS.get(fold(m[1] ?? ''));
    if (month !== undefined) add(m, Number(m[3]), month, Number(m[2]));
  }
  return found.sort((a, b) => a.start - b.start);
}

/**
 * Which order the document's own unambiguous dates show; where they are silent or disagree evenly, `hint`
 * (from its country or currency), else day first.
 */
export function dateOrder(dates: readonly DateMatch[], hint: DateOrder | null): DateOrder {
  let dmy = 0;
  let mdy = 0;
  for (const date of dates) {
    const numbers = /^(\d{1,2})[ /-]+(\d{1,2})[ /-]/.exec(date.raw);
    if (numbers === null) continue;
    if (Number(numbers[1]) > 12) dmy++;
    else if (Number(numbers[2]) > 12) mdy++;
  }
  if (dmy !== mdy) return dmy > mdy ? 'dmy' : 'mdy';
  return hint ?? 'dmy';
}

export interface ResolvedDate {
  /** ISO 8601 calendar date, or the text as printed when there is no such day. */
  value: string;
  valid: boolean;
  /** True when the day and the month could be the other way round. */
  ambiguous: boolean;
}

export function resolveDate(match: DateMatch, order: DateOrder): ResolvedDate {
  const day = match.day ?? (order === 'dmy' ? match.first : match.second);
  const month = match.month ?? (order === 'dmy' ? match.second : match.first);
  if (!isRealDate(match.year, month, day)) return { value: match.raw, valid: false, ambiguous: false };
  return {
    value: `${match.year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`,
    valid: true,
    ambiguous: match.day === null && match.first !== match.second,
  };
}
