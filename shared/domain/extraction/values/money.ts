import { AMBIGUOUS_SYMBOLS, normalizeCurrency } from './codes.ts';

export interface Money {
  /** Decimal string: digits, at most one point, a leading minus; the decimals that were printed. */
  amount: string;
  currency: string | null;
}

export interface NumberHints {
  /** The decimal separator that the document is known to use; null if it does not show. */
  decimal: '.' | ',' | null;
  currency: string | null;
}

const CURRENCY =
  'US\\$|CA\\$|HK\\$|NZ\\$|[SACR]\\$|[$€£¥₹₩₽₺₪₫₱฿]|RM|Rp|Rs\\.?|zł|Kč|SFr\\.?|EUR|USD|GBP|CHF|JPY|CNY|INR|MYR|SGD|AUD|CAD|NZD|HKD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|TRY|AED|SAR|THB|IDR|PHP|VND|KRW|ILS|RON|BGN';
const NUMBER = "\\d{1,3}(?:[,.'’\\u00a0\\u202f ]\\d{3})+(?:[.,]\\d{1,4})?(?!\\d)|\\d{1,15}(?:[.,]\\d{1,4})?(?!\\d)";

const MONEY = new RegExp(
  `(?<![\\p{L}\\d.,/#*-]|\\d:)(\\(?)([-−–]?)(${CURRENCY})?[ .:]{0,2}([-−–]?)(${NUMBER})(?:,-{1,2}|\\.-)?(\\)?)(-(?![\\d\\p{L}]))?(?: ?(${CURRENCY})(?!\\p{L}))?(?![\\d/:]|[.,]\\d)`,
  'giu',
);

/**
 * The decimal string of a printed number with grouping in any common style (1,234.56; 1.234,56; 1 234,56; 1'234.50);
 * null if it is none. A single separator before exactly three digits groups thousands unless the document says otherwise.
 */
export function parseDecimal(printed: string, decimal: '.' | ',' | null = null): string | null {
  const text = printed.replace(/[\s'’\u00a0\u202f]/g, '');
  if (!/^\d[\d.,]{0,30}$/.test(text) || /[.,]{2}|[.,]$/.test(text)) return null;
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  let whole = text;
  let fraction = '';
  if (last >= 0) {
    const mark = text[last];
    const count = text.split(mark ?? '').length - 1;
    const other = mark === '.' ? ',' : '.';
    const after = text.length - last - 1;
    const mixed = text.includes(other);
    const grouping = !mixed && (count > 1 || (after === 3 && decimal !== mark && last <= 3 && !text.startsWith('0')));
    if (!grouping) {
      if (count > 1) return null;
      whole = text.slice(0, last);
      fraction = text.slice(last + 1);
    }
    if (!/^\d{1,3}(?:[.,]\d{3})*$|^\d+$/.test(whole)) return null;
  }
  const digits = whole.replace(/[.,]/g, '').replace(/^0+(?=\d)/, '');
  return fraction === '' ? digits : `${digits}.${fraction}`;
}

export interface MoneyMatch {
  start: number;
  end: number;
  raw: string;
  money: Money;
  /** The printed number without sign or currency. */
  number: string;
  /** Two decimals, or a currency beside it: surely an amount, not a count. */
  certain: boolean;
}

/** Every number of a text that could be an amount, with its place; linear in the text. */
export function findMoney(text: string, hints: NumberHints): MoneyMatch[] {
  const found: MoneyMatch[] = [];
  for (const match of text.matchAll(MONEY)) {
    const [all, open, sign, before, signAfter, number = '', close, trailing, after] = match;
    const amount = parseDecimal(number, hints.decimal);
    if (amount === null) continue;
    const symbol = before ?? after;
    const negative =
      sign !== '' ||
      signAfter !== '' ||
      trailing !== undefined ||
      (open === '(' && close === ')' && /[.,]\d\d$/.test(number));
    const zero = /^[0.]+$/.test(amount);
    const spare = open === '(' && close !== ')' ? 1 : 0;
    const excess = close === ')' && open !== '(' ? 1 : 0;
    found.push({
      start: match.index + spare,
      end: match.index + all.length - excess,
      raw: all.slice(spare, all.length - excess).trim(),
      money: { amount: negative && !zero ? `-${amount}` : amount, currency: currencyOf(symbol, hints) },
      number,
      certain: symbol !== undefined || /[.,]\d\d$/.test(number),
    });
  }
  return found;
}

function currencyOf(symbol: string | undefined, hints: NumberHints): string | null {
  if (symbol === undefined) return hints.currency;
  const code = normalizeCurrency(symbol.replace(/(?<=rs|sfr)\.$/i, ''));
  return AMBIGUOUS_SYMBOLS.has(symbol) && hints.currency !== null ? hints.currency : code;
}

/** Ten-thousandths, exact; the unit of the arithmetic on amounts. */
export function toUnits(amount: string): bigint {
  const negative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const units = BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0').slice(0, 4));
  return negative ? -units : units;
}

export const absolute = (units: bigint): bigint => (units < 0n ? -units : units);
