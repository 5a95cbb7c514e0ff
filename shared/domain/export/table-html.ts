import type { Table, TableCell } from '../page.ts';
import { escapeHtml } from './escape-html.ts';

/**
 * A table of a page as HTML: the rows down to its header in `thead`, spans as attributes, places without a cell as empty
 * cells. All text is escaped; cells that overlap others or lie outside the grid are left to the first that took the place.
 */
export function tableHtml(table: Table): string {
  const starts = placesOf(table);
  const head = table.header === null ? 0 : Math.min(table.rows, table.header + 1);
  const rows = Array.from({ length: table.rows }, (_, row) => {
    const cells = Array.from({ length: table.columns }, (__, column) => {
      const place = starts[row]?.[column];
      if (place === 'covered') return '';
      return cellHtml(place ?? null, row < head);
    });
    return `<tr>${cells.join('')}</tr>\n`;
  });
  const thead = head === 0 ? '' : `<thead>\n${rows.slice(0, head).join('')}</thead>\n`;
  const tbody = head === table.rows ? '' : `<tbody>\n${rows.slice(head).join('')}</tbody>\n`;
  return `<table>\n${thead}${tbody}</table>\n`;
}

function cellHtml(cell: TableCell | null, head: boolean): string {
  const spans = [
    (cell?.rowSpan ?? 1) > 1 ? ` rowspan="${cell?.rowSpan}"` : '',
    (cell?.columnSpan ?? 1) > 1 ? ` colspan="${cell?.columnSpan}"` : '',
  ].join('');
  const text = escapeHtml(cell?.text ?? '');
  if (!head || text === '') return `<td${spans}>${text}</td>`;
  return `<th scope="${(cell?.columnSpan ?? 1) > 1 ? 'colgroup' : 'col'}"${spans}>${text}</th>`;
}

/** The cell that begins at each place, cut to the grid and to its part of it; `covered` where one reaches over from another. */
function placesOf(table: Table): (TableCell | 'covered' | undefined)[][] {
  const places: (TableCell | 'covered' | undefined)[][] = Array.from({ length: table.rows }, () => []);
  const free = (row: number, column: number): boolean => places[row]?.[column] === undefined;
  for (const cell of table.cells) {
    if (cell.row < 0 || cell.column < 0 || cell.row >= table.rows || cell.column >= table.columns) continue;
    if (!free(cell.row, cell.column)) continue;
    let columns = 1;
    const maxColumns = Math.min(cell.columnSpan, table.columns - cell.column);
    while (columns < maxColumns && free(cell.row, cell.column + columns)) columns++;
    let rows = 1;
    const maxRows = Math.min(cell.rowSpan, table.rows - cell.row);
    const across = Array.from({ length: columns }, (_, by) => cell.column + by);
    while (rows < maxRows && across.every((column) => free(cell.row + rows, column))) rows++;
    for (let row = cell.row; row < cell.row + rows; row++)
      for (const column of across) {
        const line = places[row];
        if (line !== undefined) line[column] = 'covered';
      }
    const line = places[cell.row];
    if (line !== undefined) line[cell.column] = { ...cell, rowSpan: rows, columnSpan: columns };
  }
  return places;
}
