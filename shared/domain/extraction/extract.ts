import type { ExtractedField, ExtractedTable, ExtractionResult } from '../extraction-result.ts';
import type { Box, Page } from '../page.ts';
import { typeset } from '../vision/typeset.ts';
import type { FieldDef } from './catalogue/field-def.ts';
import { CATALOGUE } from './catalogue/index.ts';
import { type Classification, classify, observe } from './classify.ts';
import { readClauses } from './clauses.ts';
import { contextOf } from './context.ts';
import { crossCheck, itemSum } from './cross-checks.ts';
import { type CustomExtraction, type Template, toFieldDef } from './custom.ts';
import { makeField } from './found.ts';
import { readHead } from './head.ts';
import { findMrz, mrzFields } from './identity.ts';
import { keyValues } from './key-values.ts';
import { isLabel, type LabelHit, LabelIndex } from './labels.ts';
import { locateLabelled } from './locate.ts';
import type { ReadContext } from './readers.ts';
import { extractTables } from './tables.ts';
import { tokenize } from './text.ts';
import { findTotal } from './total.ts';
import { findBankName, findByForm, findDate, findPeriodEnd, findTitle } from './unlabelled.ts';
import { type Row, rowsOf, unite } from './view.ts';
import { claimNoPlaces } from './without-places.ts';

/** Fields below this are left out: a wrong value costs more than a missing one. */
const LEAST_CONFIDENCE = 0.3;
/** Rows where labels are looked for; the tables of longer documents are still read whole. */
const MAX_LABEL_ROWS = 50_000;
/** Evidence that a tenant's template needs; the weights are the tenant's own. */
const CUSTOM_THRESHOLD = 3;

const WITH_TOTAL: ReadonlySet<string> = new Set(['invoice', 'receipt', 'purchase_order']);
const WITH_HEAD: ReadonlySet<string> = new Set(['invoice', 'receipt']);
const WITH_PAIRS: ReadonlySet<string> = new Set(['form', 'generic', 'identity_document']);

const indexes = new Map<string, LabelIndex>();

/** Label indexes of predefined templates are made once; a tenant's fields make one for the call. */
function indexFor(template: string, fields: readonly FieldDef[], custom: boolean): LabelIndex {
  const known = custom ? undefined : indexes.get(template);
  if (known !== undefined) return known;
  const made = new LabelIndex(fields);
  if (!custom) indexes.set(template, made);
  return made;
}

function customType(rows: readonly Row[], templates: readonly Template[]): Classification | null {
  if (templates.length === 0) return null;
  const text = ` ${rows
    .slice(0, 250)
    .map((row) =>
      tokenize(row.text.slice(0, 500))
        .map((one) => one.text)
        .join(' '),
    )
    .join(' ')} `;
  let best: Classification | null = null;
  let most = CUSTOM_THRESHOLD;
  for (const template of templates) {
    let score = 0;
    for (const phrase of template.phrases) {
      const words = tokenize(phrase.text)
        .map((one) => one.text)
        .join(' ');
      if (words !== '' && text.includes(` ${words} `)) score += phrase.weight;
    }
    if (score >= most) {
      most = score;
      best = { name: template.name, confidence: Math.min(0.99, Math.round((1 - Math.exp(-score / 3)) * 1000) / 1000) };
    }
  }
  return best;
}

function fieldsOf(template: string, custom: CustomExtraction): FieldDef[] {
  const own = custom.templates.find((one) => one.name === template);
  const mine = custom.fields.map(toFieldDef);
  if (own !== undefined) {
    const names = new Set(own.fields);
    return [...CATALOGUE, ...mine].filter((field) => names.has(field.name) || field.templates.includes(template));
  }
  return [
    ...CATALOGUE.filter((field) => field.templates.includes(template)),
    ...mine.filter((field) => field.templates.length === 0 || field.templates.includes(template)),
  ];
}

/** A tenant's field without labels: its pattern alone finds it, anywhere. */
function findByPattern(fields: readonly FieldDef[], rows: readonly Row[]): ExtractedField[] {
  const found: ExtractedField[] = [];
  for (const field of fields) {
    if (field.find === undefined || field.labels.length > 0) continue;
    for (const row of rows.slice(0, MAX_LABEL_ROWS)) {
      const at = field.find(row.text.slice(0, 1000));
      if (at === null) continue;
      found.push(makeField(field, row, { ...at, value: row.text.slice(at.start, at.end), fit: 1 }, 0.85));
      break;
    }
  }
  return found;
}

/**
 * Type, fields and tables of a document. Deterministic; time grows with the words (n log n for the rows). Tenant-defined
 * templates that apply come before the predefined ones.
 */
export function extract(
  pages: readonly Page[],
  custom: CustomExtraction = { fields: [], templates: [] },
): ExtractionResult {
  if (pages.some((page) => page.geometry === 'none'))
    return claimNoPlaces(
      extract(
        pages.map((page) => (page.geometry === 'none' ? typeset(page) : page)),
        custom,
      ),
      pages,
    );
  const rows = rowsOf(pages);
  const context = contextOf(rows);
  const { tables, rows: rowCount } = extractTables(pages, rows);
  const zone = findMrz(rows);
  const facts = {
    mrz: zone !== null,
    iban: rows.slice(0, 3000).some((row) => /\bIBAN\b/i.test(row.text)),
    tableNames: tables.map((table) => table.name),
    pageCount: pages.length,
  };
  const type = customType(rows, custom.templates) ?? classify(rows, observe(rows, facts));
  const wanted = fieldsOf(type.name, custom);
  const fields = collect(type.name, wanted, rows, context, custom);
  if (zone !== null) for (const made of mrzFields(zone)) keep(fields, made);

  const items = itemSum(tables, context.hints);
  if (wanted.some((field) => field.name === 'total')) {
    const total = findTotal(rows, context.hints, items);
    if (total !== null && (WITH_TOTAL.has(type.name) || fields.has('total'))) fields.set('total', total);
  }
  crossCheck(fields, items);
  const order = new Map(wanted.map((field, index) => [field.name, index]));
  const typed = [...fields.values()]
    .filter((field) => field.confidence >= LEAST_CONFIDENCE)
    .sort((a, b) => (order.get(a.name) ?? 1e6) - (order.get(b.name) ?? 1e6));
  const pairs = WITH_PAIRS.has(type.name)
    ? keyValues(rows, { taken: new Set(fields.keys()), context, isLabel, inTable: rowsOfTables(tables) })
    : [];
  return {
    documentType: type,
    template: type.name,
    fields: [...typed, ...pairs],
    tables,
    account: { tables: tables.length, rows: rowCount },
  };
}

/** Whether a row of words stands at the height of a table's rows. */
function rowsOfTables(tables: readonly ExtractedTable[]): (row: Row) => boolean {
  const boxes = new Map<string, Box>();
  for (const [index, table] of tables.entries())
    for (const row of table.rows) {
      const key = `${row.page} ${index}`;
      const known = boxes.get(key);
      boxes.set(key, known === undefined ? row.box : unite([known, row.box]));
    }
  const byPage = new Map<number, Box[]>();
  for (const [key, box] of boxes) {
    const page = Number(key.split(' ')[0]);
    byPage.set(page, [...(byPage.get(page) ?? []), box]);
  }
  return (row) => {
    const middle = (row.box[1] + row.box[3]) / 2;
    return byPage.get(row.page)?.some((box) => middle > box[1] && middle < box[3]) === true;
  };
}

function keep(fields: Map<string, ExtractedField>, made: ExtractedField): void {
  const known = fields.get(made.name);
  if (known === undefined || made.confidence > known.confidence) fields.set(made.name, made);
}

function collect(
  template: string,
  wanted: readonly FieldDef[],
  rows: readonly Row[],
  context: ReadContext,
  custom: CustomExtraction,
): Map<string, ExtractedField> {
  const index = indexFor(template, wanted, custom.fields.length > 0 || custom.templates.length > 0);
  const hits = new Map<number, LabelHit[]>();
  for (const row of rows.slice(0, MAX_LABEL_ROWS)) {
    const found = row.text.length > 2000 ? [] : index.find(row);
    if (found.length > 0) hits.set(row.index, found);
  }
  const names = new Set(wanted.map((field) => field.name));
  const fields = locateLabelled({ rows, hits }, names, context);
  if (WITH_HEAD.has(template)) {
    const receipt = template === 'receipt';
    for (const made of readHead(rows, !receipt)) {
      // A receipt's top names its issuer better than words such as "sold by" further down.
      if (receipt) fields.set(made.name, made);
      else keep(fields, made);
    }
  }
  for (const made of [...findByForm(wanted, rows, context), ...findByPattern(wanted, rows)]) keep(fields, made);
  for (const made of readClauses(wanted, rows)) keep(fields, made);
  const date = wanted.find((field) => field.name === 'date');
  if (date !== undefined) {
    const made = findDate(date, rows, context);
    if (made !== null) keep(fields, made);
  }
  const periodEnd = wanted.find((field) => field.name === 'period_end');
  const start = fields.get('period_start');
  if (periodEnd !== undefined && start !== undefined) {
    const made = findPeriodEnd(periodEnd, start, rows, context);
    if (made !== null) keep(fields, made);
  }
  const bank = template === 'bank_statement' ? wanted.find((field) => field.name === 'bank_name') : undefined;
  if (bank !== undefined) {
    const made = findBankName(bank, rows);
    if (made !== null) keep(fields, made);
  }
  const title = wanted.find((field) => field.name === 'title');
  if (title !== undefined) {
    const made = findTitle(title, rows);
    if (made !== null) keep(fields, made);
  }
  return fields;
}
