import { type Cell, centreOf, type Span, spanOf } from './table-cells.ts';

/** Share of rows that may reach across a gutter (spanning cells) before it is none. */
const CROSSING = 0.15;
/** Share of a column's cells that must have a space where the column is parted for its headers. */
const PARTED = 0.6;

/** Columns are what the gutters leave: x ranges that next to no row has ink in. */
export function columnsOf(rows: readonly (readonly Cell[])[]): Span[] {
  const edges = rows
    .flatMap((row) => row.map(spanOf))
    .flatMap((span) => [
      { x: span.from, by: 1 },
      { x: span.to, by: -1 },
    ])
    .sort((a, b) => a.x - b.x || a.by - b.by);
  const allowed = Math.floor(CROSSING * rows.length);
  const columns: Span[] = [];
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

/** The space between words that all `cells` of a column share, between two headers; null where there is none. */
function sharedSpace(cells: readonly Cell[], between: Span): Span | null {
  const several = cells.filter((cell) => cell.length > 1);
  const [first, ...others] = several;
  if (first === undefined || several.length < 2 || several.length < PARTED * cells.length) return null;
  const spaces = (cell: Cell): Span[] =>
    cell.flatMap((word, index) => {
      const next = cell[index + 1];
      return next === undefined || next.box[0] <= word.box[2] ? [] : [{ from: word.box[2], to: next.box[0] }];
    });
  for (const start of spaces(first)) {
    let common: Span | null = start;
    for (const cell of others) {
      common = spaces(cell)
        .map((space) => ({
          from: Math.max(space.from, common?.from ?? space.from),
          to: Math.min(space.to, common?.to ?? space.to),
        }))
        .reduce<Span | null>((best, space) => {
          const width = space.to - space.from;
          return width > 0 && (best === null || width > best.to - best.from) ? space : best;
        }, null);
      if (common === null) break;
    }
    if (common === null) continue;
    const at = centreOf(common);
    if (at > between.from && at < between.to) return common;
  }
  return null;
}

/**
 * Columns set so tight that a mere space parts them (a number set right, its unit set left) look like one. Two headers
 * over it, and one place where the words of all its cells part, tell them apart.
 */
export function partByHeaders(columns: readonly Span[], header: readonly Cell[], body: readonly Cell[][]): Span[] {
  let parted = [...columns];
  for (let index = 1; index < header.length && parted.length < header.length; index++) {
    const left = header[index - 1];
    const right = header[index];
    if (left === undefined || right === undefined) continue;
    const between = { from: centreOf(spanOf(left)), to: centreOf(spanOf(right)) };
    parted = parted.flatMap((column) => {
      if (column.to <= between.from || column.from >= between.to) return [column];
      const cells = body.flatMap((row) =>
        row.filter((cell) => {
          const at = centreOf(spanOf(cell));
          return at >= column.from && at <= column.to;
        }),
      );
      const space = sharedSpace(cells, between);
      if (space === null) return [column];
      return [
        { from: column.from, to: space.from },
        { from: space.to, to: column.to },
      ];
    });
  }
  return parted;
}

/** Parts the cells of a row that reach from one column into the next at a space in the gutter between them. */
export function partCells(row: readonly Cell[], columns: readonly Span[]): Cell[] {
  return row.flatMap((cell) => {
    const { from, to } = spanOf(cell);
    const gutters = columns.flatMap((column, index) => {
      const next = columns[index + 1];
      return next !== undefined && from < column.to && to > next.from ? [{ from: column.to, to: next.from }] : [];
    });
    if (gutters.length === 0) return [cell];
    const parts: Cell[] = [];
    let open: Cell = [];
    for (const word of cell) {
      const last = open.at(-1);
      const parted =
        last !== undefined &&
        gutters.some((gutter) => {
          const middle = centreOf(gutter);
          return last.box[2] <= middle && word.box[0] >= middle;
        });
      if (parted) {
        parts.push(open);
        open = [];
      }
      open.push(word);
    }
    return [...parts, open];
  });
}

/**
 * The column of each header cell, ascending: the assignment whose edges or middles stand nearest in all (headers are
 * often centred or set left over numbers set right). Null where there are more headers than columns.
 */
export function matchHeaders(header: readonly Cell[], columns: readonly Span[]): number[] | null {
  const count = header.length;
  if (count > columns.length) return null;
  if (count === columns.length) return header.map((_, index) => index);
  const costs: number[][] = [];
  for (const [index, cell] of header.entries()) {
    const span = spanOf(cell);
    const before = costs[index - 1];
    costs.push(
      columns.map((column, at) => {
        const previous = before === undefined ? 0 : Math.min(...before.slice(0, at), Number.POSITIVE_INFINITY);
        return previous + apart(span, column);
      }),
    );
  }
  const places: number[] = [];
  let limit = columns.length;
  for (let index = count - 1; index >= 0; index--) {
    const row = (costs[index] ?? []).slice(0, limit);
    limit = row.indexOf(Math.min(...row));
    places.unshift(limit);
  }
  return places;
}

function apart(a: Span, b: Span): number {
  const gap = Math.max(0, Math.max(a.from, b.from) - Math.min(a.to, b.to));
  return gap + Math.min(Math.abs(a.from - b.from), Math.abs(a.to - b.to), Math.abs(centreOf(a) - centreOf(b)));
}
