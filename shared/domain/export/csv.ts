import { csvRow } from './csv-cell.ts';
import { type ExportModel, valueText } from './model.ts';
import { tableCsv } from './table-csv.ts';

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

/**
 * One table as a sheet of its own, with its columns: by the name it was extracted under, or `page-2-table-1` as it stands
 * on its page. Null where the document has no such table.
 */
export function tableToCsv(model: ExportModel, name: string): Iterable<string> | null {
  const table = model.result.tables.find((one) => one.name === name);
  if (table === undefined) {
    const [, page, number] = /^page-(\d{1,6})-table-(\d{1,6})$/.exec(name) ?? [];
    const found = model.pageTables?.[Number(page) - 1]?.[Number(number) - 1];
    return found === undefined ? null : [tableCsv(found)];
  }
  return (function* rows() {
    yield csvRow(table.columns);
    for (const row of table.rows) yield csvRow(table.columns.map((column) => row.cells[column] ?? ''));
  })();
}
