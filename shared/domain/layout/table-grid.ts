import { median, middle, type Row } from './rows.ts';
import { type Cell, centreOf, distance, isNumeric, isYear, type Span, spanOf } from './table-cells.ts';
import { columnsOf, matchHeaders, partByHeaders, partCells } from './table-columns.ts';

/** A row with more than this share of the usual number of cells shows the columns; others are parts of rows, or foreign. */
const FULL = 0.6;
/** Rows at the end that may turn out to be the table's foot. */
const MAX_FOOT = 12;
/** Lines of one row are set this much tighter than rows, if rows have space between them. */
const TIGHT = 0.8;

export interface Placed {
  column: number;
  span: number;
  words: Cell;
}
/** No two cells share a column; ascending. */
export type GridRow = Placed[];

/** Cells in rows and columns, and the half-open range of the rows of words that they came from. */
export interface Grid {
  columns: Span[];
  rows: GridRow[];
  /** Whether the first row heads the others. */
  header: boolean;
  range: [number, number];
}

interface Line {
  cells: Cell[];
  at: number;
  full: boolean;
  /** Whether a ruling runs under it. */
  ruled: boolean;
}

/**
 * The grid that a stretch of rows stands in. Columns come from the full rows below the header; what stands above or below
 * and keeps to none of them (sums, terms of payment) is cut off; lines of a wrapped cell join the row that they go on.
 * `ruled` says under which rows a ruling runs. Null when no two columns line up.
 */
export function gridOf(rows: readonly Row[], cells: readonly Cell[][], ruled: readonly boolean[]): Grid | null {
  const usual = [...cells.map((row) => row.length)].sort((a, b) => b - a)[1] ?? 0;
  const lines: Line[] = cells.map((row, at) => ({
    cells: row,
    at,
    full: row.length >= 2 && row.length > FULL * usual,
    ruled: ruled[at] === true,
  }));
  const first = lines.findIndex((line) => line.full);
  const start = headStart(lines, first);
  const head = lines[start];
  if (head === undefined) return null;
  const headed = isHeader(head, lines.slice(start + 1));
  let body = lines.filter((line) => line.full && line.at > (headed ? start : start - 1));
  if (body.length < 2) body = lines.filter((line) => line.full);
  if (headed) body = withoutFoot(body, head.cells.length);
  let columns = columnsOf(body.map((line) => line.cells));
  if (headed) {
    columns = partByHeaders(
      columns,
      head.cells,
      body.map((line) => line.cells),
    );
  }
  if (columns.length < 2) return null;
  const lastFull = body.at(-1)?.at ?? start;
  columns = withLabels(columns, lines.slice(start, lastFull));
  const end = footStart(lines, lastFull + 1, columns);
  const inside = lines.slice(start, end);
  const placed = inside.map((line, index) =>
    headed && index === 0
      ? placeHeader(line.cells, columns)
      : merged(partCells(line.cells, columns).map((words) => place(words, columns))),
  );
  const joined = joinWrapped(placed, rows.slice(start, end), inside, columns, headed);
  return { columns, rows: joined, header: headed, range: [start, end] };
}

/** The first full row, or the row of words right above it that can be its header. */
function headStart(lines: readonly Line[], first: number): number {
  const above = lines[first - 1];
  const row = lines[first];
  if (above === undefined || row === undefined || above.cells.length < 2) return Math.max(first, 0);
  const wordsOnly = !above.cells.some(isNumeric) && !above.cells.some((cell) => /:$/.test(cell.at(-1)?.text ?? ''));
  return wordsOnly && row.cells.some(isNumeric) ? first - 1 : first;
}

/** A row heads the others when it has words only (years are such), in two cells or more, and numbers stand below. */
function isHeader(head: Line, below: readonly Line[]): boolean {
  if (head.cells.length < 2 || head.cells.some((cell) => isNumeric(cell) && !isYear(cell))) return false;
  return below.some((line) => line.cells.some((cell) => isNumeric(cell) && !isYear(cell)));
}

/** Labels that stand between rows, centred beside several of them, have a column to themselves before the others. */
function withLabels(columns: Span[], lines: readonly Line[]): Span[] {
  const first = columns[0];
  const spans = lines.flatMap((line) =>
    line.cells.length === 1 && line.cells[0] !== undefined ? [spanOf(line.cells[0])] : [],
  );
  const before = spans.filter((span) => first !== undefined && span.to < first.from);
  if (before.length < 2 || before.length < spans.length) return columns;
  return [
    { from: Math.min(...before.map((span) => span.from)), to: Math.max(...before.map((span) => span.to)) },
    ...columns,
  ];
}

/** Full rows without those at the end that close gutters which the header has: a table's foot may have as many cells. */
function withoutFoot(body: Line[], headers: number): Line[] {
  const count = (end: number): number => columnsOf(body.slice(0, end).map((line) => line.cells)).length;
  let best = body.length;
  let most = count(best);
  if (most >= headers) return body;
  for (let end = body.length - 1; end >= Math.max(1, body.length - MAX_FOOT); end--) {
    const columns = count(end);
    if (columns > headers || columns <= most) continue;
    best = end;
    most = columns;
  }
  return body.slice(0, best);
}

/** Where the foot begins at or after `from`: at the first row with a cell in no column, or in several. */
function footStart(lines: readonly Line[], from: number, columns: readonly Span[]): number {
  for (let at = from; at < lines.length; at++) {
    const fits = lines[at]?.cells.every((cell) => touched(spanOf(cell), columns).length === 1);
    if (fits !== true) return at;
  }
  return lines.length;
}

/** Columns that a cell has a good part of itself, or of them, in. */
function touched(span: Span, columns: readonly Span[]): number[] {
  return columns.flatMap((column, index) =>
    Math.min(span.to, column.to) - Math.max(span.from, column.from) >
    0.3 * Math.min(span.to - span.from, column.to - column.from)
      ? [index]
      : [],
  );
}

function place(words: Cell, columns: readonly Span[]): Placed {
  const span = spanOf(words);
  const inside = touched(span, columns);
  const first = inside[0];
  const last = inside.at(-1);
  if (first !== undefined && last !== undefined) return { column: first, span: last - first + 1, words };
  const centre = centreOf(span);
  let nearest = 0;
  columns.forEach((column, index) => {
    const best = columns[nearest];
    if (best !== undefined && distance(column, centre) < distance(best, centre)) nearest = index;
  });
  return { column: nearest, span: 1, words };
}

/** Headers take their columns in order, unless one stands over several or they are too many. */
function placeHeader(cells: readonly Cell[], columns: readonly Span[]): GridRow {
  const loose = cells.map((words) => place(words, columns));
  const matched = matchHeaders(cells, columns);
  const group = cells.length < columns.length && loose.some((cell) => cell.span > 1);
  if (matched === null || group) return merged(loose);
  return cells.map((words, index) => ({ column: matched[index] ?? 0, span: 1, words }));
}

/** Cells of a row that fall into the same columns become one, so that no two share a place. */
function merged(row: readonly Placed[]): GridRow {
  const out: GridRow = [];
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

/** Joins each line that only goes on with cells of the row above to that row. */
function joinWrapped(
  placed: readonly GridRow[],
  rows: readonly Row[],
  lines: readonly Line[],
  columns: readonly Span[],
  headed: boolean,
): GridRow[] {
  const pitch = (at: number): number => {
    const above = rows[at - 1];
    const row = rows[at];
    return above === undefined || row === undefined ? 0 : middle(row.box) - middle(above.box);
  };
  const usual = median(lines.flatMap((line, at) => (at > 0 && line.full ? [pitch(at)] : [])));
  // Where every row has a ruling under it, what no ruling parts is one row.
  const parted = lines.flatMap((line, at) => (line.ruled && at < lines.length - 1 ? [at] : []));
  const allRuled =
    parted.length >= 2 &&
    lines.every((line, at) => at === 0 || !line.full || lines.slice(lastFull(lines, at), at).some((one) => one.ruled));
  const out: GridRow[] = [];
  let open = true;
  placed.forEach((row, at) => {
    const above = out.at(-1);
    const partial = lines[at]?.full === false && row.every((cell) => !isNumeric(cell.words));
    const tight = pitch(at) < TIGHT * usual;
    open = above !== undefined && partial && (open || lines[at - 1]?.full === true);
    if (allRuled && above !== undefined && lines[at - 1]?.ruled === false) {
      joinInto(above, row);
      return;
    }
    const goesOn =
      open &&
      above !== undefined &&
      !(lines[at - 1]?.ruled === true) &&
      row.every((cell) => {
        const over = above.find((one) => one.column === cell.column && one.span === cell.span);
        // A header's second line may have a column to itself.
        if (over === undefined) return false;
        return tight || (headed && out.length === 1) || overflows(over.words, cell.words, columns[cell.column]);
      });
    if (!goesOn || above === undefined) {
      out.push(row);
      return;
    }
    joinInto(above, row);
  });
  return out;
}

/** The full line before `at`, or the first. */
function lastFull(lines: readonly Line[], at: number): number {
  let last = at - 1;
  while (last > 0 && lines[last]?.full !== true) last--;
  return Math.max(0, last);
}

/** Each cell's words behind those of the cell above; a cell with none above joins the row. */
function joinInto(above: GridRow, row: GridRow): void {
  for (const cell of row) {
    const over = above.find((one) => one.column < cell.column + cell.span && cell.column < one.column + one.span);
    if (over !== undefined) over.words = [...over.words, ...cell.words];
    else {
      above.push(cell);
      above.sort((a, b) => a.column - b.column);
    }
  }
}

/** Whether the first word of `next` had no room behind the last line of `cell`. */
function overflows(cell: Cell, next: Cell, column: Span | undefined): boolean {
  const last = cell.at(-1);
  const word = next[0];
  if (last === undefined || word === undefined || column === undefined) return false;
  const space = 0.3 * (word.box[3] - word.box[1]);
  return last.box[2] + space + (word.box[2] - word.box[0]) > column.to;
}
