import { type ExportModel, valueText } from './model.ts';

/** A number that a spreadsheet may take as one: it starts with a sign and is still no formula. */
const PLAIN_NUMBER = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?$/;
/**
 * What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), also in full width and behind the blanks that
 * some programs drop.
 */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/**
 * One cell by RFC 4180, safe to open in a spreadsheet: what would start a formula gets an apostrophe before it, a plain
 * number stays a number.
 */
export function csvCell(text: string): string {
  const clean = text.replaceAll('\0', '');
  const safe = FORMULA.test(clean) && !PLAIN_NUMBER.test(clean) ? `'${clean}` : clean;
  return /[",\r\n]/.test(safe) || /^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

const HEADER = ['section', 'name', 'row', 'column', 'type', 'value', 'currency', 'raw', 'confidence', 'valid', 'page'];

/**
 * Fields and tables in one sheet of eleven columns: a record a field (`section` is `field`), a record a table cell
 * (`section` is `table`, with `row` from 1 and `column`).
 */
export function* toCsv(model: ExportModel): Generator<string> {
  yield csvRow(HEADER);
  for (const field of model.result.fields) {
    const money = typeof field.value === 'object' ? field.value : null;
    yield csvRow([
      'field',
      field.name,
      '',
      '',
      field.type,
      money === null ? valueText(field.value) : money.amount,
      money?.currency ?? '',
      field.raw,
      String(field.confidence),
      field.valid === null ? '' : String(field.valid),
      String(field.page),
    ]);
  }
  for (const table of model.result.tables) {
    for (const [index, row] of table.rows.entries()) {
      for (const column of table.columns) {
        const value = row.cells[column] ?? '';
        yield csvRow(['table', table.name, String(index + 1), column, '', value, '', '', '', '', String(row.page)]);
      }
    }
  }
}

/** One table as a sheet of its own, with its columns. Null where the document has no table of that name. */
export function tableToCsv(model: ExportModel, name: string): Generator<string> | null {
  const table = model.result.tables.find((one) => one.name === name);
  if (table === undefined) return null;
  return (function* rows() {
    yield csvRow(table.columns);
    for (const row of table.rows) yield csvRow(table.columns.map((column) => row.cells[column] ?? ''));
  })();
}
