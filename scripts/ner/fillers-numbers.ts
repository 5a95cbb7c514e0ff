import { DAYS, MONTHS } from './fillers-words.ts';
import { digits } from './pieces.ts';
import type { Random } from './random.ts';

const two = (value: number): string => String(value).padStart(2, '0');
export const time = (random: Random): string =>
  random.pick([
    `${two(random.below(24))}:${two(random.below(60))}`,
    `${1 + random.below(12)}:${two(random.below(60))} ${random.pick(['am', 'pm', 'AM', 'PM'])}`,
    `${1 + random.below(12)} ${random.pick(['am', 'pm', "o'clock"])}`,
    `${1 + random.below(12)}${random.pick(['am', 'pm'])}`,
  ]);

export function date(random: Random): string {
  const d = 1 + random.below(28);
  const m = random.below(12);
  const y = 1930 + random.below(100);
  const month = random.chance(0.65) ? (MONTHS[m] ?? '') : (MONTHS[m] ?? '').slice(0, 3);
  const nth =
    d % 10 === 1 && d !== 11 ? 'st' : d % 10 === 2 && d !== 12 ? 'nd' : d % 10 === 3 && d !== 13 ? 'rd' : 'th';
  return random.pick([
    () => `${m + 1}/${d}/${y}`,
    () => `${two(m + 1)}/${two(d)}/${y}`,
    () => `${two(d)}/${two(m + 1)}/${y}`,
    () => `${d}.${m + 1}.${y}`,
    () => `${two(d)}-${two(m + 1)}-${y}`,
    () => `${y}-${two(m + 1)}-${two(d)}`,
    () => `${y}-${two(m + 1)}-${two(d)} ${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}`,
    () => `${m + 1}/${d}/${two(y % 100)}`,
    () => `${month} ${d}, ${y}`,
    () => `${month} ${d}${nth}, ${y}`,
    () => `${d} ${month} ${y}`,
    () => `${d}${nth} ${random.chance(0.5) ? 'of ' : ''}${month}${random.chance(0.5) ? ` ${y}` : ''}`,
    () => `${month} ${d}${random.chance(0.3) ? nth : ''}`,
    () => `${month} ${y}`,
    () => `${d} ${month}`,
    () => `${d}-${month.slice(0, 3)}-${y}`,
    () => `${month.slice(0, 3)}-${two(y % 100)}`,
    () => `${DAYS[random.below(7)]}, ${month} ${d}, ${y}`,
    () => `${DAYS[random.below(7)]}, ${d} ${month} ${y}`,
    () => `${m + 1}/${d}`,
  ])();
}

export const number = (random: Random): string => String(1 + random.below(random.pick([9, 60, 300])));
export function phone(random: Random): string {
  const d = (count: number): string => digits(random, count);
  return random.pick([
    () => `${2 + random.below(8)}${d(2)}-${d(3)}-${d(4)}`,
    () => `(${2 + random.below(8)}${d(2)}) ${d(3)}-${d(4)}`,
    () => `+1-${d(3)}-${d(3)}-${d(4)}`,
    () => `${d(3)}.${d(3)}.${d(4)}x${d(3)}`,
    () => `001-${d(3)}-${d(3)}-${d(4)}`,
    () => `+${10 + random.below(80)} ${d(2)} ${d(4)} ${d(4)}`,
    () => `0${d(3)} ${d(3)} ${d(3)}`,
    () => `0${d(2)} ${d(3)} ${d(2)} ${d(2)}`,
    () => `(${d(2)}) ${d(4)}-${d(4)}`,
    () => `${d(2)}-${d(8)}`,
    () => d(10),
    () => `${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    () => `0${d(1)}-${d(8)}`,
  ])();
}

/** An amount as statements print it. */
export function money(random: Random): string {
  const value = random.below(random.pick([50, 1000, 20_000, 2_000_000]));
  const body = random.chance(0.8) ? value.toLocaleString('en') : String(value);
  return `${random.pick(['', '', '', '-', '-', '+', '$', '£', '€', 'GBP ', 'USD ', 'EUR '])}${body}.${digits(random, 2)}${random.pick(['', '', '', '', ' CR', ' DR', '-'])}`;
}
