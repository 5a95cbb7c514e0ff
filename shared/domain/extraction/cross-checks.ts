import type { ExtractedField, ExtractedTable } from '../extraction-result.ts';
import { bounded } from './found.ts';
import { absolute, findMoney, type NumberHints, toUnits } from './values/money.ts';

/** One cent a term may be lost to rounding; five, in all. */
const TOLERANCE = 500n;

const unitsOf = (field: ExtractedField | undefined): bigint | null =>
  typeof field?.value === 'object' ? toUnits(field.value.amount) : null;

const textOf = (field: ExtractedField | undefined): string | null =>
  typeof field?.value === 'string' && field.valid !== false ? field.value : null;

/** Sum of the amounts of the line items; null unless every row with text has exactly one. */
export function itemSum(tables: readonly ExtractedTable[], hints: NumberHints): bigint | null {
  const table = tables.find((one) => one.name === 'line_items' && one.columns.includes('amount'));
  if (table === undefined || table.rows.length === 0) return null;
  let sum = 0n;
  for (const row of table.rows) {
    const matches = findMoney((row.cells.amount ?? '').slice(0, 60), hints);
    const amount = matches[0];
    if (amount === undefined || matches.length > 1) return null;
    sum += toUnits(amount.money.amount);
  }
  return sum;
}

/**
 * Raises the confidence of values that agree with each other and lowers that of values that cannot all be right:
 * subtotal, tax and extras against the total; balances against movements; dates that must follow one another.
 */
export function crossCheck(fields: Map<string, ExtractedField>, items: bigint | null): void {
  const adjust = (name: string, factor: (confidence: number) => number) => {
    const field = fields.get(name);
    if (field !== undefined) fields.set(name, { ...field, confidence: bounded(factor(field.confidence)) });
  };
  const raise = (...names: string[]) => {
    for (const name of names) adjust(name, (confidence) => confidence + (0.99 - confidence) * 0.6);
  };
  const lower = (...names: string[]) => {
    for (const name of names) adjust(name, (confidence) => confidence * 0.8);
  };
  const units = (name: string): bigint | null => unitsOf(fields.get(name));
  const or0 = (name: string): bigint => units(name) ?? 0n;

  const total = units('total');
  const subtotal = units('subtotal');
  const tax = units('tax_amount');
  if (total !== null && subtotal !== null) {
    const extras = or0('service_charge') + or0('shipping') + or0('rounding') + or0('tip');
    const sums = [subtotal, subtotal + (tax ?? 0n)].flatMap((base) => [
      base,
      base + extras,
      base + extras - absolute(or0('discount')),
      base + or0('rounding'),
    ]);
    if (sums.some((sum) => absolute(sum - total) <= TOLERANCE))
      raise('total', 'subtotal', ...(tax === null ? [] : ['tax_amount']));
    else lower('subtotal', 'tax_amount');
  }
  if (items !== null && ((total !== null && items === total) || (subtotal !== null && items === subtotal))) {
    raise(items === total ? 'total' : 'subtotal');
  }
  const paid = units('amount_paid');
  const change = units('change');
  if (total !== null && paid !== null && change !== null) {
    if (paid - absolute(change) === total) raise('total', 'amount_paid', 'change');
  }

  const opening = units('opening_balance');
  const closing = units('closing_balance');
  const credits = units('total_credits');
  const debits = units('total_debits');
  if (opening !== null && closing !== null && credits !== null && debits !== null) {
    const names = ['opening_balance', 'closing_balance', 'total_credits', 'total_debits'];
    if (opening + credits - absolute(debits) === closing) raise(...names);
    else lower(...names);
  }

  for (const [earlier, later] of [
    ['date', 'due_date'],
    ['period_start', 'period_end'],
    ['effective_date', 'end_date'],
    ['date_of_birth', 'issue_date'],
    ['issue_date', 'expiry_date'],
  ] as const) {
    const from = textOf(fields.get(earlier));
    const to = textOf(fields.get(later));
    if (from === null || to === null) continue;
    if (from <= to) raise(earlier, later);
    else lower(later);
  }
}
