import { findDates, isRealDate } from '../../extraction/values/dates.ts';

const BAND = 10;
/** From here on few people share an age (the Safe Harbor rule of HIPAA, 45 CFR 164.514). */
const OLDEST = 90;

/**
 * A value made coarse: a date to its month, an age to its decade, a network address to its network,
 * an e-mail or web address to its domain. Null for types that have no coarser form.
 */
export function generalize(value: string, type: string): string | null {
  switch (type) {
    case 'DATE_TIME':
    case 'DATE_OF_BIRTH':
      return monthOf(value);
    case 'AGE':
      return decadeOf(value);
    case 'EMAIL_ADDRESS':
      return /@([\p{L}\p{N}.-]+)$/u.exec(value.trim())?.[1] ?? null;
    case 'URL':
      return /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@\s]*@)?([\p{L}\p{N}.-]+)/iu.exec(value.trim())?.[1] ?? null;
    case 'IP_ADDRESS':
      return networkOf(value.trim());
    default:
      return null;
  }
}

function monthOf(value: string): string | null {
  const [date, ...more] = findDates(value);
  if (date === undefined || more.length > 0 || date.month === null || date.day === null) return null;
  return isRealDate(date.year, date.month, date.day) ? `${date.year}-${String(date.month).padStart(2, '0')}` : null;
}

function decadeOf(value: string): string | null {
  const age = Number(/(?<!\d)(\d{1,3})(?!\d)/.exec(value)?.[1] ?? Number.NaN);
  if (Number.isNaN(age)) return null;
  if (age >= OLDEST) return `${OLDEST}+`;
  const from = Math.floor(age / BAND) * BAND;
  return `${from}-${from + BAND - 1}`;
}

function networkOf(value: string): string | null {
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(value);
  if (four !== null) return `${four[1]}.0/24`;
  const six = /^([0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}):/i.exec(value);
  return six === null ? null : `${six[1]}::/48`;
}
