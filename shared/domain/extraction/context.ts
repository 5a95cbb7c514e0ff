import type { ReadContext } from './readers.ts';
import { AMBIGUOUS_SYMBOLS, normalizeCurrency } from './values/codes.ts';
import { type DateMatch, dateOrder, findDates } from './values/dates.ts';
import type { Row } from './view.ts';

/** Country whose phone numbers and dates go with a currency, where it is one country's. */
const COUNTRY_OF: Readonly<Record<string, string>> = {
  MYR: 'MY',
  USD: 'US',
  GBP: 'GB',
  CHF: 'CH',
  SGD: 'SG',
  AUD: 'AU',
  CAD: 'CA',
  NZD: 'NZ',
  HKD: 'HK',
  INR: 'IN',
  JPY: 'JP',
  IDR: 'ID',
  THB: 'TH',
  PLN: 'PL',
  SEK: 'SE',
  DKK: 'DK',
  NOK: 'NO',
  BRL: 'BR',
};

/** Words that only one country's documents use. */
const COUNTRY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bsdn\.? ?bhd|\bmalaysia\b|\bjalan\b|\bselangor\b|kuala lumpur/i, 'MY'],
  [/\bgmbh\b|\bmwst\b|\bust-?id|deutschland/i, 'DE'],
  [/\bsiret\b|\btva\b|\bfrance\b/i, 'FR'],
  [/\bunited kingdom\b|\bvat reg|\blondon\b/i, 'GB'],
  [/\b[A-Z]{2} \d{5}(?:-\d{4})?\b|\bUSA\b|\bunited states\b|\bEIN\b/, 'US'],
  [/\bCIF\b|\bNIF\b|\bespaña\b/i, 'ES'],
  [/\bCHE-\d|\bschweiz\b|\bCHF\b/i, 'CH'],
];

const SYMBOL =
  /US\$|S\$|A\$|[$€£¥₹]|(?<![A-Z])(?:RM|EUR|USD|GBP|CHF|JPY|INR|MYR|SGD|AUD|CAD|SEK|NOK|DKK|PLN)(?![A-Z])/g;
const MAX_ROWS = 3000;

/** How the document writes its values, by what it shows: separators, currency, country, day and month. */
export function contextOf(rows: readonly Row[]): ReadContext & { dates: DateMatch[] } {
  const currencies = new Map<string, number>();
  const countries = new Map<string, number>();
  const dates: DateMatch[] = [];
  let points = 0;
  let commas = 0;
  for (const row of rows.slice(0, MAX_ROWS)) {
    const text = row.text.slice(0, 1000);
    for (const match of text.matchAll(SYMBOL)) {
      const code = normalizeCurrency(match[0]);
      const weight = AMBIGUOUS_SYMBOLS.has(match[0]) ? 0.5 : 1;
      if (code !== null) currencies.set(code, (currencies.get(code) ?? 0) + weight);
    }
    for (const [pattern, country] of COUNTRY_WORDS) {
      if (pattern.test(text)) countries.set(country, (countries.get(country) ?? 0) + 1);
    }
    if (/\d\.\d\d(?![\d.])/.test(text)) points++;
    if (/\d,\d\d(?![\d,])/.test(text)) commas++;
    if (dates.length < 200) dates.push(...findDates(text));
  }
  const top = (counts: Map<string, number>): string | null => [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  const currency = top(currencies);
  const country = top(countries) ?? (currency === null ? null : (COUNTRY_OF[currency] ?? null));
  return {
    order: dateOrder(dates, country === 'US' ? 'mdy' : country === null && currency === 'USD' ? 'mdy' : null),
    hints: { decimal: points === commas ? null : points > commas ? '.' : ',', currency },
    country,
    dates,
  };
}
