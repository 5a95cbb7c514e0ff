import { type DateMatch, findDates, isRealDate } from '../../extraction/values/dates.ts';
import type { OperatorKeys } from './keyed.ts';

const PURPOSE = 'redaction-date-shift';
const DAY_MS = 86_400_000;

/** Days to shift by: from -most to most, never 0, the same for the whole tenant and key version, so intervals stay true. */
export async function daysToShift({ mac, version }: OperatorKeys, most: number): Promise<number> {
  const bytes = await mac(`${PURPOSE}/${version}`, String(most));
  const drawn = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) % (2 * most);
  return drawn < most ? drawn - most : drawn - most + 1;
}

/**
 * The text with its date moved by the tenant's days, written as it was: order, separators, zeros, two or four digits of the
 * year, month by number. Null where no date by numbers is found or its order is open to doubt: then it must not stay.
 */
export async function shiftDate(value: string, most: number, keys: OperatorKeys): Promise<string | null> {
  const [match, ...more] = findDates(value);
  if (match === undefined || more.length > 0) return null;
  const shifted = moved(match, await daysToShift(keys, most));
  const outside = value.slice(0, match.start) + value.slice(match.end);
  // What stands beside the date (a time, a day's name) would say what it was.
  return shifted === null || /[\p{L}\p{N}]/u.test(outside)
    ? null
    : value.slice(0, match.start) + shifted + value.slice(match.end);
}

function moved(match: DateMatch, days: number): string | null {
  const { year, month, day, raw } = match;
  if (month === null || day === null || !isRealDate(year, month, day)) return null;
  const numbers = [...raw.matchAll(/\d+/g)];
  if (numbers.length !== 3 || /\p{L}/u.test(raw)) return null;
  const to = new Date(Date.UTC(year, month - 1, day) + days * DAY_MS);
  const parts = [to.getUTCFullYear(), to.getUTCMonth() + 1, to.getUTCDate()] as const;
  const yearFirst = numbers[0]?.[0].length === 4;
  const dayFirst = !yearFirst && Number(numbers[0]?.[0]) === day && !(Number(numbers[1]?.[0]) === day && month !== day);
  const order = yearFirst ? [0, 1, 2] : dayFirst ? [2, 1, 0] : [1, 2, 0];
  let next = 0;
  return raw.replace(/\d+/g, (was) => {
    const part = order[next++] ?? 0;
    const text = String(parts[part]);
    return part === 0 ? text.slice(-was.length) : text.padStart(was.length === 1 ? 1 : 2, '0');
  });
}
