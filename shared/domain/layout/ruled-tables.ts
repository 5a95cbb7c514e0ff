import type { Box, Table, TableCell, Word } from '../page.ts';
import { arrangeColumns } from './columns.ts';
import { type Lean, leaningBox, leanOf, straightened, straightenedBox } from './lean.ts';
import { inside, type Ruling } from './marks.ts';
import { groupRows, median, type Row, rowOf, tallness } from './rows.ts';
import { type RuledGrid, ruledGrids } from './ruled-grid.ts';
import { isNumeric, textOf } from './table-cells.ts';

/** A table with lines around its cells, and its words as lines in reading order. */
export interface RuledTable {
  table: Table;
  lines: Row[];
  words: Word[];
}

/** Ends of rulings this far from one another, in heights of the page's letters, still meet. */
const MEETING = 0.35;
/** Fewer places with words than this share make a drawing rather than a table. */
const MIN_FILLED = 0.25;
/** A cell with more lines than this may have columns of its own. */
const SHORT_CELL = 6;

/** Tables whose cells are bounded by rulings, top to bottom. Each word is in one of them at most. */
export function findRuledTables(words: readonly Word[], rulings: readonly Ruling[]): RuledTable[] {
  if (rulings.length < 3 || words.length === 0) return [];
  const lean = leanOf(rulings);
  const tolerance = Math.max(2, MEETING * median(words.map((word) => tallness(word.box))));
  const grids = ruledGrids(
    rulings.map((ruling) => straightened(ruling, lean)),
    tolerance,
  ).filter((grid) => grid.xs.length >= 3 && grid.ys.length >= 3);
  const placed = words.map((word) => ({ word, box: straightenedBox(word.box, lean) }));
  let left = placed;
  // A grid inside a cell of another one is read first: the outer one then goes without it.
  const found: RuledTable[] = [];
  for (const grid of grids.sort((a, b) => areaOf(a) - areaOf(b))) {
    const box = boxOf(grid);
    const mine = left.filter((one) => inside(one.box, box));
    const table = tableOf(grid, mine, lean);
    if (table === null) continue;
    found.push(table);
    left = left.filter((one) => !inside(one.box, box));
  }
  return found.sort((a, b) => a.table.box[1] - b.table.box[1]);
}

const boxOf = ({ xs, ys }: RuledGrid): Box => [xs[0] ?? 0, ys[0] ?? 0, xs.at(-1) ?? 0, ys.at(-1) ?? 0];

function areaOf(grid: RuledGrid): number {
  const [x0, y0, x1, y1] = boxOf(grid);
  return (x1 - x0) * (y1 - y0);
}

function tableOf(grid: RuledGrid, words: readonly { word: Word; box: Box }[], lean: Lean): RuledTable | null {
  const { xs, ys } = grid;
  const places = new Map<number, number>();
  grid.cells.forEach((cell, index) => {
    for (let row = cell.row; row < cell.row + cell.rowSpan; row++)
      for (let column = cell.column; column < cell.column + cell.columnSpan; column++)
        places.set(row * xs.length + column, index);
  });
  const held: Word[][] = grid.cells.map(() => []);
  for (const { word, box } of words) {
    const row = between(ys, (box[1] + box[3]) / 2);
    const column = between(xs, (box[0] + box[2]) / 2);
    held[places.get(row * xs.length + column) ?? 0]?.push(word);
  }
  const filled = held.filter((cell) => cell.length > 0).length;
  if (filled < 3 || filled < MIN_FILLED * grid.cells.length) return null;
  const read = grid.cells
    .map((cell, index) => ({ ...cell, lines: linesOf(held[index] ?? []) }))
    .sort((a, b) => a.row - b.row || a.column - b.column);
  const cells = read.map(({ row, column, rowSpan, columnSpan, lines }): TableCell => {
    const text = lines.map((line) => textOf(line.words)).join(' ');
    const box: Box = [xs[column] ?? 0, ys[row] ?? 0, xs[column + columnSpan] ?? 0, ys[row + rowSpan] ?? 0];
    return { row, column, rowSpan, columnSpan, text, box: leaningBox(box, lean) };
  });
  const rows = ys.length - 1;
  const columns = xs.length - 1;
  return {
    table: {
      box: leaningBox(boxOf(grid), lean),
      rows,
      columns,
      header: headerOf(read, rows, columns),
      ruled: true,
      cells,
    },
    lines: readingLines(read),
    words: words.map((one) => one.word),
  };
}

/** Index of the stretch between two of the ascending `lines` that holds `at`. */
function between(lines: readonly number[], at: number): number {
  let low = 0;
  let high = lines.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

function linesOf(words: readonly Word[]): Row[] {
  const rows = groupRows(words);
  return rows.length > SHORT_CELL ? arrangeColumns(rows).flat() : rows;
}

interface ReadCell {
  row: number;
  column: number;
  rowSpan: number;
  columnSpan: number;
  lines: Row[];
}

/** Cell by cell, row by row; neighbours of one line each share a line. */
function readingLines(cells: readonly ReadCell[]): Row[] {
  const out: Row[] = [];
  let open: Row[] = [];
  let row = -1;
  const close = (): void => {
    if (open.length > 0) out.push(rowOf(open.flatMap((line) => line.words)));
    open = [];
  };
  for (const cell of cells) {
    if (cell.row !== row) close();
    row = cell.row;
    const [line] = cell.lines;
    if (cell.lines.length === 1 && cell.rowSpan === 1 && line !== undefined) open.push(line);
    else if (line !== undefined) {
      close();
      out.push(...cell.lines);
    }
  }
  close();
  return out;
}

const LABEL = /:$/;

/** The last row of a head: rows without numbers, each place filled, over something else. Null when there is none. */
function headerOf(cells: readonly ReadCell[], rows: number, columns: number): number | null {
  const words = (cell: ReadCell): Word[] => cell.lines.flatMap((line) => line.words);
  const first = cells.filter((cell) => cell.row === 0);
  const worded = (cell: ReadCell): boolean => {
    const own = words(cell);
    return own.length > 0 && !isNumeric(own) && !LABEL.test(own.at(-1)?.text ?? '');
  };
  // The corner above the names of the rows may be empty.
  const corner = first.find((cell) => cell.column === 0);
  const head = first.filter((cell) => cell !== corner || words(cell).length > 0);
  if (head.length < Math.min(2, columns) || !head.every(worded)) return null;
  let last = Math.max(...first.map((cell) => (cell.rowSpan < rows ? cell.rowSpan : 1))) - 1;
  // Under a cell that stands over several columns its columns have their own heads.
  if (last === 0 && first.some((cell) => cell.columnSpan > 1 && cell.columnSpan < columns) && rows > 2) {
    const second = cells.filter((cell) => cell.row === 1 && words(cell).length > 0);
    if (second.length > 1 && second.every(worded)) last = 1;
  }
  const below = cells.filter((cell) => cell.row > last);
  const numbers = below.some((cell) => isNumeric(words(cell)));
  const plain = rows >= 3 && columns >= 3 && head.every((cell) => words(cell).length <= 4);
  return below.length > 0 && (numbers || plain) ? last : null;
}
