import type { ExtractedField } from '../extraction-result.ts';
import { bounded } from './found.ts';
import { fold } from './text.ts';
import { absolute, findMoney, type MoneyMatch, type NumberHints, toUnits } from './values/money.ts';
import { place, type Row } from './view.ts';

/** What a row of amounts says about them. */
type Role = 'total' | 'subtotal' | 'tax' | 'rounding' | 'discount' | 'service' | 'cash' | 'change' | 'count' | 'none';

interface AmountRow {
  row: Row;
  role: Role;
  /** How clearly the label means the total to pay, 0 to 1. */
  weight: number;
  match: MoneyMatch;
  units: bigint;
  /** Stands in the tax summary below the total, whose "total" is another. */
  summary: boolean;
}

const SUMMARY =
  /(?:gst|tax|vat|sst|mwst|tva|iva|ust)[ -]*(?:summary|analysis|breakdown|code\b|zusammenfassung)|^\W*tax ?code/;
const COUNT =
  /total[ .]*(?:qty|quantity|items?|ltem|pcs|pieces|units?|lines?|no\b|number|saving|save|point|weight|sv\b|gv\b)|(?:item|qty|pcs)[ .]*count|no\.? ?(?:of )?(?:items?|qtys?)|you saved|balance b|points?\b/;
const DISCOUNT = /\bdisc(?:ount)?\b|rebate|voucher|rabatt|remise|descuento|\bless\b/;
const SUBTOTAL =
  /sub[ -]?tota?l|sub ttl|zwischensumme|sous[ -]total|nettobetrag|base imponible|total ht\b|(?:excl|before|without|w\/o|exc\.|ex\.? )[a-z. ]*(?:gst|tax|vat|sst|disc|mwst)?|taxable|net (?:amount|amt)\b/;
const ROUNDING = /\bround(?:ing|g)?\b(?!ed)|\brundung|arrondi|redondeo|rnd adj/;
const CHANGE = /\bchange\b|ruckgeld|\brendu\b|\bcambio\b|\bbaki\b|\bbal(?:ance)? return/;
const CASH =
  /\b(?:cash|tender(?:ed)?|visa|master ?card|credit ?card|debit|amex|received|gegeben|especes|efectivo|paid|payment|bar|card|tunai|mastercard|maestro|girocard|cc)\b/;
const TOTAL_LABELS: readonly (readonly [RegExp, number])[] = [
  [
    /grand total|rounded total|total[a-z ]*rounded|total (?:amount |amt )?(?:due|payable)|amount (?:due|payable)|amt (?:due|payable)|balance due|total to pay|zu zahlen|net a payer|total a pagar|zahlbetrag/,
    1,
  ],
  [
    /total[a-z. ]*(?:incl|inclusive|w\/|with)|incl\S* [a-z. ]*total|amt paid incl|total sales? \(?incl|gesamtbetrag|rechnungsbetrag|endbetrag|total ttc|montant total|importe total|invoice total|order total|nett total|net total|bill total|total bill/,
    0.9,
  ],
  [
    /^\W*(?:\p{L}{0,2}\s)?(?:total|t0tal|totai|totl|jumlah|summe|gesamt|gesamtsumme|nett|importe)\W*(?:rm|amount|amt|sales?|price|sum|charge|usd|eur|gbp|chf|myr|payment|bill)?\W*(?:rm|usd|eur|gbp|myr|sgd|chf)?[\W\d]*$/u,
    0.88,
  ],
  [/\btotal\b|\bjumlah\b|\bsumme\b/, 0.5],
];
const TAX = /\b(?:gst|tax|vat|sst|mwst|tva|iva|ust|umsatzsteuer|cukai)\b/;
const SERVICE = /service|svc|\bsvr\b|serv\.? chg|delivery|shipping|freight|versand|\bport\b/;

function roleOf(label: string): { role: Role; weight: number } {
  if (COUNT.test(label)) return { role: 'count', weight: 0 };
  if (CHANGE.test(label)) return { role: 'change', weight: 0 };
  if (SUBTOTAL.test(label)) return { role: 'subtotal', weight: 0.35 };
  if (ROUNDING.test(label)) return { role: 'rounding', weight: 0 };
  if (/total\W*(?:gst|tax|vat|sst|mwst)\b(?!\W*(?:incl|invoice))/.test(label) && !/incl/.test(label))
    return { role: 'tax', weight: 0 };
  if (DISCOUNT.test(label) && !/total.*after/.test(label)) return { role: 'discount', weight: 0 };
  for (const [pattern, weight] of TOTAL_LABELS) if (pattern.test(label)) return { role: 'total', weight };
  if (CASH.test(label)) return { role: 'cash', weight: 0.3 };
  if (SERVICE.test(label)) return { role: 'service', weight: 0 };
  if (TAX.test(label)) return { role: 'tax', weight: 0 };
  return { role: 'none', weight: 0.1 };
}

/** Rows with a certain amount; a label alone on its row takes the amount of the next where that has no label of its own. */
function amountRows(rows: readonly Row[], hints: NumberHints): AmountRow[] {
  const found: AmountRow[] = [];
  let summary = false;
  let pending: { role: Role; weight: number; bottom: number; page: number } | null = null;
  for (const row of rows) {
    if (row.text.length > 400) continue;
    const matches = findMoney(row.text, hints).filter(
      (match) => match.certain && !/^ ?%/.test(row.text.slice(match.end)),
    );
    const match = matches.at(-1);
    const label = fold(match === undefined ? row.text : row.text.slice(0, matches[0]?.start)).trim();
    const own = roleOf(label);
    // Item tables have tax columns too: the summary stands below a total.
    if (
      SUMMARY.test(label) &&
      found.some((one) => one.role === 'total' || one.role === 'cash' || one.role === 'subtotal')
    )
      summary = true;
    if (match === undefined) {
      const alone = own.role !== 'none' && row.segments.length <= 2 && row.text.length < 40;
      pending = alone ? { ...own, bottom: row.box[3], page: row.page } : null;
      continue;
    }
    const bare = !/\p{L}{3,}/u.test(label);
    const near = pending !== null && pending.page === row.page && row.box[1] - pending.bottom < row.height * 1.2;
    const { role, weight } = bare && near && pending !== null ? pending : own;
    pending = null;
    found.push({ row, role, weight, match, units: toUnits(match.money.amount), summary });
  }
  return found;
}

const CENT = 100n;
const close = (a: bigint, b: bigint): boolean => absolute(a - b) <= 5n * CENT;

/**
 * The amount to pay: labels weigh first, then arithmetic decides between candidates (cash less change, subtotal with tax,
 * service, discount and rounding, the sum of the lines), then place and repetition. Null where a document has no amounts.
 */
export function findTotal(rows: readonly Row[], hints: NumberHints, itemSum: bigint | null): ExtractedField | null {
  const amounts = amountRows(rows, hints);
  const valuesOf = (role: Role): bigint[] =>
    amounts.filter((one) => one.role === role && !one.summary).map((one) => one.units);
  const cash = valuesOf('cash');
  const change = valuesOf('change').map(absolute);
  const subtotals = valuesOf('subtotal');
  const roundings = valuesOf('rounding').filter((value) => value !== 0n && absolute(value) < 10n * CENT);
  const extras = [...valuesOf('tax'), ...valuesOf('service'), ...roundings];
  const added = extras.slice(0, 8).reduce((sum, value) => sum + value, 0n);
  const paid = new Set(cash.slice(0, 8).flatMap((value) => change.slice(0, 4).map((back) => value - back)));
  const counts = new Map<bigint, number>();
  for (const one of amounts) counts.set(one.units, (counts.get(one.units) ?? 0) + 1);
  const payable = amounts.filter((one) => one.role !== 'cash' && one.role !== 'change' && one.role !== 'count');
  let largest = 0n;
  for (const one of payable) if (one.units > largest) largest = one.units;
  const totals = amounts.filter((one) => one.role === 'total' && !one.summary);

  let best: { one: AmountRow; score: number } | null = null;
  for (const one of amounts) {
    if (one.units <= 0n || !['total', 'subtotal', 'cash', 'none'].includes(one.role)) continue;
    let score = one.weight;
    if (one.summary) score -= 0.6;
    if (one.role === 'total' && !one.summary) score += 0.06 * ((totals.indexOf(one) + 1) / totals.length);
    if (paid.has(one.units)) score += 0.45;
    else if (cash.includes(one.units) && one.role !== 'cash') score += 0.2;
    if (added !== 0n && subtotals.slice(0, 8).some((subtotal) => close(subtotal + added, one.units))) score += 0.25;
    if (roundings.some((rounding) => amounts.some((other) => other !== one && other.units + rounding === one.units)))
      score += 0.2;
    if (itemSum !== null && itemSum === one.units) score += 0.15;
    if (one.units === largest) score += 0.2;
    score += Math.min(0.15, 0.05 * ((counts.get(one.units) ?? 1) - 1));
    if (best === null || score > best.score + 1e-9) best = { one, score };
  }
  if (best === null) return null;
  const { row, match } = best.one;
  const at = place(row, match.start, match.end);
  return {
    name: 'total',
    type: 'money',
    raw: match.raw,
    value: match.money,
    confidence: bounded(Math.min(0.98, 0.3 + best.score * 0.52) * (0.5 + 0.5 * at.confidence)),
    valid: null,
    page: row.page,
    box: at.box,
  };
}
