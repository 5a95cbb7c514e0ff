import type { Table, TableCell } from '../page.ts';
import { isLevel, type Ruling } from './marks.ts';
import { median, middle, type Row, tallness, unite } from './rows.ts';
import { type Cell, cellsOf, isNumeric, textOf } from './table-cells.ts';
import { type Grid, type GridRow, gridOf } from './table-grid.ts';
import { groupHead } from './table-heads.ts';
import { type SpannedGrid, spanCentredLabels } from './table-labels.ts';

const MIN_ROWS = 3;
/** Rows further apart than this many row heights do not belong to one table. */
const MAX_LEADING = 3;
const FULL_GRID = 0.85;
/** How often the cells of a page are looked at, on the mean, before no more tables are looked for; bounds scattered marks. */
const WORK = 8;
const MIN_WORK = 6000;

/** A table and the half-open range of rows that it covers. */
export interface FoundTable {
  table: Table;
  rows: [number, number];
}

/**
 * Tables without walls: stretches of rows whose cells line up in columns. Level rulings between their rows, if any, say
 * which lines make a row. Ranges do not overlap and ascend.
 */
export function findTables(rows: readonly Row[], rulings: readonly Ruling[] = []): FoundTable[] {
  const cells = rows.map(cellsOf);
  const ruled = ruledBelow(rows, rulings);
  const found: FoundTable[] = [];
  let budget = MIN_WORK + WORK * cells.reduce((sum, row) => sum + row.length, 0);
  for (let first = 0; first < rows.length; first++) {
    if ((cells[first]?.length ?? 0) < 2) continue;
    const end = stretchEnd(rows, cells, first);
    for (let at = first; at < end; at++) budget -= cells[at]?.length ?? 0;
    if (budget < 0) break;
    const grid =
      end - first >= MIN_ROWS ? gridOf(rows.slice(first, end), cells.slice(first, end), ruled.slice(first, end)) : null;
    if (grid === null || !isTable(grid)) continue;
    const range: [number, number] = [first + grid.range[0], first + grid.range[1]];
    const above = range[0] - 1;
    const over = above >= (found.at(-1)?.rows[1] ?? 0) ? rows[above] : undefined;
    const head = over === undefined || !grid.header ? null : groupHead(over, cells[above] ?? [], rows[above + 1], grid);
    if (head !== null) range[0] = above;
    found.push({ table: tableOf(spanCentredLabels(grid, head === null ? [] : [head])), rows: range });
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

/** False when lines of a form are all there is. */
function isTable(grid: Grid): boolean {
  const { rows, columns } = grid;
  const filled = columns.map(
    (_, column) => rows.filter((row) => row.some((cell) => cell.column === column && cell.span === 1)).length,
  );
  if (filled.filter((count) => count >= 0.5 * rows.length).length < 2) return false;
  if (columns.length === 2 && numericShare(rows, 1) < 0.6) return false;
  if (grid.header) return true;
  const cells = rows.flat();
  const numbers = cells.filter((cell) => isNumeric(cell.words)).length;
  // Without head and numbers only a full grid is more than options or names in columns.
  const full = rows.length >= MIN_ROWS && cells.length >= FULL_GRID * rows.length * columns.length;
  if (numbers < 0.1 * cells.length && !full) return false;
  return !columns.some((_, column) => labelShare(rows, column) >= 0.5);
}

function tableOf(grid: SpannedGrid): Table {
  const out: TableCell[] = grid.rows.flatMap((row, index) =>
    row.map((cell) => ({
      row: index,
      column: cell.column,
      rowSpan: cell.rowSpan,
      columnSpan: cell.span,
      text: textOf(cell.words),
      box: unite(cell.words.map((word) => word.box)),
    })),
  );
  return {
    box: unite(out.map((cell) => cell.box)),
    rows: grid.rows.length,
    columns: grid.columns,
    header: grid.header,
    ruled: false,
    cells: out,
  };
}

/** Whether a level ruling runs under each row, before the next: along a good part of both. */
function ruledBelow(rows: readonly Row[], rulings: readonly Ruling[]): boolean[] {
  const level = rulings
    .filter(isLevel)
    .map(({ x0, y0, x1, y1 }) => ({ at: (y0 + y1) / 2, from: Math.min(x0, x1), to: Math.max(x0, x1) }))
    .sort((a, b) => a.at - b.at);
  let next = 0;
  return rows.map((row, index) => {
    const below = rows[index + 1];
    if (below === undefined || level.length === 0) return false;
    const [from, to] = [middle(row.box), middle(below.box)];
    while (next > 0 && (level[next - 1]?.at ?? 0) > from) next--;
    while (next < level.length && (level[next]?.at ?? 0) <= from) next++;
    const [x0, x1] = [Math.min(row.box[0], below.box[0]), Math.max(row.box[2], below.box[2])];
    for (let at = next; at < level.length && (level[at]?.at ?? 0) < to; at++) {
      const ruling = level[at];
      if (ruling !== undefined && Math.min(ruling.to, x1) - Math.max(ruling.from, x0) > 0.6 * (x1 - x0)) return true;
    }
    return false;
  });
}

function shareOf(rows: readonly GridRow[], column: number, holds: (cell: Cell) => boolean): number {
  const cells = rows.flatMap((row) => row.filter((cell) => cell.column === column));
  return cells.length === 0 ? 0 : cells.filter((cell) => holds(cell.words)).length / cells.length;
}

const numericShare = (rows: readonly GridRow[], column: number): number => shareOf(rows, column, isNumeric);
/** `Subtotal:`, `Name:`: labels beside their values, not a column of a table. */
const labelShare = (rows: readonly GridRow[], column: number): number =>
  shareOf(rows, column, (cell) => cell.at(-1)?.text.endsWith(':') === true);
