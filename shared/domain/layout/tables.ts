import type { Box, Table, TableCell, Word } from '../page.ts';
import { median, middle, type Row, tallness, unite } from './rows.ts';

/** A gap this wide, in row heights, parts cells rather than words. */
const CELL_GAP = 1;
/** Share of rows that may reach across a gutter (spanning cells) before it is none. */
const CROSSING = 0.15;
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
    const table = end - first >= MIN_ROWS ? buildTable(rows.slice(first, end), cells.slice(first, end)) : null;
    if (table === null) continue;
    found.push({ table, rows: [first, end] });
    first = end - 1;
  }
  return found;
}

/** Words of a row, grouped where no wide gap parts them. */
function cellsOf(row: Row): Word[][] {
  const gap = CELL_GAP * median(row.words.map((word) => tallness(word.box)));
  const cells: Word[][] = [];
  let last: Word | undefined;
  for (const word of row.words) {
    if (last !== undefined && word.box[0] - last.box[2] < gap) cells.at(-1)?.push(word);
    else cells.push([word]);
    last = word;
  }
  return cells;
}

/** Rows of two cells or more, with single-cell rows between them (a wrapped cell), no more than one in a row. */
function stretchEnd(rows: readonly Row[], cells: readonly Word[][][], first: number): number {
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

/** Null when the cells do not line up, or lines of a form are all there is. */
function buildTable(rows: readonly Row[], cells: readonly Word[][][]): Table | null {
  const columns = columnsOf(cells);
  if (columns.length < 2) return null;
  const grid = cells.map((row) => row.map((words) => placed(words, columns)));
  const filled = columns.map(
    (_, column) => grid.filter((row) => row.some((cell) => cell.column === column && cell.span === 1)).length,
  );
  if (filled.filter((count) => count >= 0.5 * rows.length).length < 2) return null;
  if (columns.length === 2 && numericShare(grid, 1) < 0.6) return null;
  const header = headerOf(grid);
  const out: TableCell[] = grid.flatMap((row, index) =>
    merged(row).map((cell) => ({
      row: index,
      column: cell.column,
      rowSpan: 1,
      columnSpan: cell.span,
      text: cell.words.map((word) => word.text).join(' '),
      box: unite(cell.words.map((word) => word.box)),
    })),
  );
  return { box: unite(rows.map((row) => row.box)), rows: rows.length, columns: columns.length, header, cells: out };
}

interface Placed {
  column: number;
  span: number;
  words: Word[];
}

/** Columns are what the gutters leave: x ranges that next to no row has ink in. */
function columnsOf(cells: readonly Word[][][]): { from: number; to: number }[] {
  const boxes = cells.flatMap((row) => row.map((words) => unite(words.map((word) => word.box))));
  const edges = boxes
    .flatMap((box) => [
      { x: box[0], by: 1 },
      { x: box[2], by: -1 },
    ])
    .sort((a, b) => a.x - b.x || a.by - b.by);
  const allowed = Math.floor(CROSSING * cells.length);
  const columns: { from: number; to: number }[] = [];
  let depth = 0;
  let from: number | null = null;
  for (const edge of edges) {
    depth += edge.by;
    if (depth > allowed && from === null) from = edge.x;
    else if (depth <= allowed && from !== null) {
      columns.push({ from, to: edge.x });
      from = null;
    }
  }
  return columns;
}

function placed(words: Word[], columns: readonly { from: number; to: number }[]): Placed {
  const box: Box = unite(words.map((word) => word.box));
  const touched = columns.flatMap((column, index) =>
    Math.min(box[2], column.to) - Math.max(box[0], column.from) >
    0.3 * Math.min(box[2] - box[0], column.to - column.from)
      ? [index]
      : [],
  );
  const first = touched[0];
  const last = touched.at(-1);
  if (first !== undefined && last !== undefined) return { column: first, span: last - first + 1, words };
  const centre = (box[0] + box[2]) / 2;
  let nearest = 0;
  columns.forEach((column, index) => {
    const best = columns[nearest];
    if (best !== undefined && distance(column, centre) < distance(best, centre)) nearest = index;
  });
  return { column: nearest, span: 1, words };
}

const distance = (column: { from: number; to: number }, x: number): number =>
  Math.max(column.from - x, x - column.to, 0);

/** Cells of a row that fall into the same columns become one, so that no two share a place. */
function merged(row: readonly Placed[]): Placed[] {
  const out: Placed[] = [];
  for (const cell of row) {
    const last = out.at(-1);
    if (last !== undefined && cell.column < last.column + last.span) {
      const end = Math.max(last.column + last.span, cell.column + cell.span);
      last.words = [...last.words, ...cell.words];
      last.span = end - last.column;
    } else out.push({ ...cell });
  }
  return out;
}

const NUMERIC = /^[^\p{L}]*\d[^\p{L}]*(?:\p{L}{1,3})?$/u;
const textOf = (cell: Placed): string => cell.words.map((word) => word.text).join(' ');

function numericShare(grid: readonly Placed[][], column: number): number {
  const cells = grid.flatMap((row) => row.filter((cell) => cell.column === column));
  return cells.length === 0 ? 0 : cells.filter((cell) => NUMERIC.test(textOf(cell))).length / cells.length;
}

/** The first row heads the table when it has words only, in two columns or more, and numbers stand below. */
function headerOf(grid: readonly Placed[][]): number | null {
  const [first, ...rest] = grid;
  if (first === undefined || first.length < 2) return null;
  if (first.some((cell) => NUMERIC.test(textOf(cell)))) return null;
  return rest.some((row) => row.some((cell) => NUMERIC.test(textOf(cell)))) ? 0 : null;
}
