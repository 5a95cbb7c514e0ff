import type { Table } from '../page.ts';
import { csvRow } from './csv-cell.ts';

/**
 * A table of a page as CSV by RFC 4180, safe to open in a spreadsheet (see `csvCell`): a record a row, as many values as
 * there are columns. A cell that spans stands in its first place, the others are empty.
 */
export function tableCsv(table: Table): string {
  const rows = Array.from({ length: table.rows }, () => Array.from({ length: table.columns }, () => ''));
  for (const { row, column, text } of table.cells) {
    const cells = rows[row];
    if (cells !== undefined && column >= 0 && column < cells.length)
      cells[column] = [cells[column], text].filter((part) => part !== '').join(' ');
  }
  return rows.map(csvRow).join('');
}
