import type { Table, TableCell } from '../page.ts';
import { median, middle, type Row, tallness, unite } from './rows.ts';
import { type Cell, cellsOf, isNumeric, textOf } from './table-cells.ts';
import { type Grid, type GridRow, gridOf } from './table-grid.ts';

const MIN_ROWS = 3;
/** Rows further apart than this many row heights do not belong to one table. */
const MAX_LEADING = 3;

/** A table and the half-open range of rows that it covers. */
export interface FoundTable {
  table: Table;
  rows: [number, number];
}

/** Tables without rulings: stretches of rows whose cells line up in columns. Ranges do not overlap and ascend. */
export function findTables(rows: readonly Row[]): FoundTable[] {
  const cells = rows.map(cellsOf);
  const found: FoundTable[] = [];
  for (let first = 0; first < rows.length; first++) {
    if ((cells[first]?.length ?? 0) < 2) continue;
    const end = stretchEnd(rows, cells, first);
    const grid = end - first >= MIN_ROWS ? gridOf(rows.slice(first, end), cells.slice(first, end)) : null;
    const table = grid === null ? null : tableOf(grid);
    if (grid === null || table === null) continue;
    const range: [number, number] = [first + grid.range[0], first + grid.range[1]];
    found.push({ table, rows: range });
    first = range[1] - 1;
  }
  return found;
}

/** Rows of two cells or more, with single-cell rows between them (a wrapped cell), no more than one in a row. */
function stretchEnd(rows: readonly Row[], cells: readonly Cell[][], first: number): number {
  const height = median(
    rows.slice(first, first + 12).map((row) => median(row.words.map((word) => tallness(word.box)))),
  );
  let end = first + 1;
  for (let at = first + 1; at < rows.length; at++) {
    const above = rows[at - 1];
    const row = rows[at];
    if (above === undefined || row === undefined) break;
    if (middle(row.box) - middle(above.box) > MAX_LEADING * height) break;
    if ((cells[at]?.length ?? 0) >= 2) end = at + 1;
    else if (at - end >= 1) break;
  }
  return end;
}

/** Null when lines of a form are all there is. */
function tableOf(grid: Grid): Table | null {
  const { rows, columns } = grid;
  const filled = columns.map(
    (_, column) => rows.filter((row) => row.some((cell) => cell.column === column && cell.span === 1)).length,
  );
  if (filled.filter((count) => count >= 0.5 * rows.length).length < 2) return null;
  if (columns.length === 2 && numericShare(rows, 1) < 0.6) return null;
  if (!grid.header && columns.some((_, column) => labelShare(rows, column) >= 0.5)) return null;
  const out: TableCell[] = rows.flatMap((row, index) =>
    row.map((cell) => ({
      row: index,
      column: cell.column,
      rowSpan: 1,
      columnSpan: cell.span,
      text: textOf(cell.words),
      box: unite(cell.words.map((word) => word.box)),
    })),
  );
  return {
    box: unite(out.map((cell) => cell.box)),
    rows: rows.length,
    columns: columns.length,
    header: grid.header ? 0 : null,
    ruled: false,
    cells: out,
  };
}

function shareOf(rows: readonly GridRow[], column: number, holds: (cell: Cell) => boolean): number {
  const cells = rows.flatMap((row) => row.filter((cell) => cell.column === column));
  return cells.length === 0 ? 0 : cells.filter((cell) => holds(cell.words)).length / cells.length;
}

const numericShare = (rows: readonly GridRow[], column: number): number => shareOf(rows, column, isNumeric);
/** `Subtotal:`, `Name:`: labels beside their values, not a column of a table. */
const labelShare = (rows: readonly GridRow[], column: number): number =>
  shareOf(rows, column, (cell) => cell.at(-1)?.text.endsWith(':') === true);
