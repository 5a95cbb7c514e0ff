import type { ExtractedField } from '../extraction-result.ts';
import type { FieldDef } from './catalogue/field-def.ts';
import { bounded, makeField } from './found.ts';
import { type ReadContext, read } from './readers.ts';
import { clip, fold } from './text.ts';
import { findDates, resolveDate } from './values/dates.ts';
import { place, type Row } from './view.ts';

const MAX_ROWS = 3000;
/** Marks of dates that are not the document's own: validity, printing of forms, promotions. */
const OTHER_DATE = /valid|expir|until|due|birth|member|promo|delivery|echeance|fallig|gültig|valable/i;

/** The date that most likely is the document's: early, with a time beside it, repeated, not said to be another. */
export function findDate(field: FieldDef, rows: readonly Row[], context: ReadContext): ExtractedField | null {
  const counts = new Map<string, number>();
  const candidates: { made: ExtractedField; score: number }[] = [];
  for (const [index, row] of rows.slice(0, MAX_ROWS).entries()) {
    if (candidates.length >= 50) break;
    for (const match of findDates(row.text.slice(0, 500))) {
      const { value, valid, ambiguous } = resolveDate(match, context.order);
      if (!valid || match.year < 1970) continue;
      counts.set(value, (counts.get(value) ?? 0) + 1);
      const reading = { value, start: match.start, end: match.end, fit: ambiguous ? 0.93 : 1, valid };
      const timed = /\d{1,2}:\d\d/.test(row.text.slice(match.end, match.end + 24));
      const score = 0.5 + (timed ? 0.15 : 0) + 0.15 * (1 - index / rows.length) - (OTHER_DATE.test(row.text) ? 0.3 : 0);
      candidates.push({ made: makeField(field, row, reading, 1), score });
    }
  }
  let best: { made: ExtractedField; score: number } | null = null;
  for (const candidate of candidates) {
    const repeated = (counts.get(String(candidate.made.value)) ?? 1) > 1 ? 0.1 : 0;
    const score = candidate.score + repeated;
    if (best === null || score > best.score) best = { made: candidate.made, score };
  }
  if (best === null) return null;
  return { ...best.made, confidence: bounded(Math.min(0.85, best.made.confidence * best.score)) };
}

/** The end of a period that is written in one breath with its start: `1 January 2026 to 31 January 2026`. */
export function findPeriodEnd(
  field: FieldDef,
  start: ExtractedField,
  rows: readonly Row[],
  context: ReadContext,
): ExtractedField | null {
  for (const row of rows) {
    if (row.page !== start.page || row.box[1] >= start.box[3] || row.box[3] <= start.box[1]) continue;
    const at = row.text.indexOf(start.raw);
    if (at < 0) continue;
    const from = at + start.raw.length;
    const joint = /^\s{0,3}(?:to|until|till|through|bis|au|al|hasta|-|–|—)\s{0,3}/i.exec(
      row.text.slice(from, from + 20),
    )?.[0];
    const match = joint === undefined ? undefined : findDates(row.text.slice(from + joint.length, from + 60))[0];
    if (joint === undefined || match === undefined || match.start > 2) return null;
    const { value, valid, ambiguous } = resolveDate(match, context.order);
    const by = from + joint.length;
    return makeField(
      field,
      row,
      { value, start: match.start + by, end: match.end + by, fit: ambiguous ? 0.93 : 1, valid },
      start.confidence,
    );
  }
  return null;
}

/** Fields whose values show by their form what they are, wherever they stand. */
const BY_FORM: Readonly<Record<string, { how: number; mark: RegExp }>> = {
  supplier_email: { how: 0.7, mark: /@/ },
  email: { how: 0.7, mark: /@/ },
  supplier_website: { how: 0.7, mark: /www\.|https?:/i },
  iban: { how: 0.9, mark: /[A-Z]{2}\d{2}/ },
  isbn: { how: 0.8, mark: /97[89]/ },
};

export function findByForm(fields: readonly FieldDef[], rows: readonly Row[], context: ReadContext): ExtractedField[] {
  const found: ExtractedField[] = [];
  for (const field of fields) {
    const form = BY_FORM[field.name];
    if (form === undefined) continue;
    for (const row of rows.slice(0, MAX_ROWS)) {
      if (!form.mark.test(row.text)) continue;
      const reading = read(field.reader, row.text, context);
      if (reading === null) continue;
      const made = makeField(field, row, reading, form.how);
      if (made.valid !== true) continue;
      found.push(made);
      break;
    }
  }
  return found;
}

const BANK =
  /(?:\p{L}*bank|banque|banco|banca|\p{L}*sparkasse|caisse d.epargne|credit union|building society)(?=$|[\s,])/u;
/** `Bank statement`, `Your bank at a glance`: what the paper is, not whose. */
const NO_BANK = /\b(?:statements?|accounts?|details|your|kontoauszug|releve|extracto)\b|[:@\d]|^\W*bank(?:ing)?\W*$/u;
const BANK_ROWS = 6;

/** The bank that issues a statement, named in its head without a label: the first run of few words that is a bank's name. */
export function findBankName(field: FieldDef, rows: readonly Row[]): ExtractedField | null {
  for (const row of rows.slice(0, BANK_ROWS)) {
    if (row.page !== rows[0]?.page) return null;
    for (const { start, end } of row.segments) {
      const text = row.text.slice(start, end);
      const folded = fold(text.slice(0, 100));
      if (text.length > 80 || text.split(' ').length > 7 || !BANK.test(folded) || NO_BANK.test(folded)) continue;
      if (!/^\p{Lu}/u.test(text)) continue;
      return makeField(field, row, { value: text.replace(/\s+/g, ' '), start, end, fit: 1 }, 0.75);
    }
  }
  return null;
}

/** The title: the highest line near the top of the first page, where it stands out; else the first of few words. */
export function findTitle(field: FieldDef, rows: readonly Row[]): ExtractedField | null {
  const head = rows.filter((row) => row.page === rows[0]?.page).slice(0, 12);
  const heights = rows
    .slice(0, 200)
    .map((row) => row.height)
    .sort((a, b) => a - b);
  const usual = heights[heights.length >> 1] ?? 1;
  let best: Row | null = null;
  for (const row of head) {
    if (row.text.length < 3 || row.text.length > 120 || row.segments.length > 1 || !/\p{L}{3}/u.test(row.text))
      continue;
    if (row.height > usual * 1.25 && (best === null || row.height > best.height * 1.1)) best = row;
  }
  const stands = best !== null;
  best ??=
    head.find(
      (row) => row.words.length <= 8 && row.segments.length === 1 && /^[^\p{Ll}]*\p{Lu}{3}[^\p{Ll}]*$/u.test(row.text),
    ) ?? null;
  if (best === null) return null;
  const { box } = place(best, 0, best.text.length);
  const value = clip(best.text.replace(/\s+/g, ' '), 200);
  const made = makeField(field, best, { value, start: 0, end: best.text.length, fit: 1 }, stands ? 0.75 : 0.6);
  return { ...made, box };
}
