import type { Ruling } from './marks.ts';

/** Half-open ranges of grid rows and columns, as a table has its cells. */
export interface GridCell {
  row: number;
  column: number;
  rowSpan: number;
  columnSpan: number;
}

/** Lines of a grid, ascending, and the cells that the walls between them leave. */
export interface RuledGrid {
  xs: number[];
  ys: number[];
  cells: GridCell[];
}

interface Level {
  at: number;
  from: number;
  to: number;
}

/** Share of a cell's side that has to be drawn for it to be a wall. */
const WALL = 0.5;
/** The longest rulings are looked at: bounds the work on a page of hatching. */
const MAX_RULINGS = 1200;
const MAX_PLACES = 20_000;

/**
 * Grids that rulings draw. `rulings` are exactly level or upright by now; ends and lines that are `tolerance` apart meet.
 * Rulings that touch make one grid; where its frame is not closed, the ends of its rulings close it. A side of a cell that
 * is not drawn joins it with its neighbour, so that cells span rows and columns; every place of the grid is in one cell.
 */
export function ruledGrids(rulings: readonly Ruling[], tolerance: number): RuledGrid[] {
  const longest = [...rulings].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MAX_RULINGS);
  const across: Level[] = [];
  const down: Level[] = [];
  for (const { x0, y0, x1, y1 } of longest)
    if (Math.abs(x1 - x0) >= Math.abs(y1 - y0))
      across.push({ at: (y0 + y1) / 2, from: Math.min(x0, x1), to: Math.max(x0, x1) });
    else down.push({ at: (x0 + x1) / 2, from: Math.min(y0, y1), to: Math.max(y0, y1) });
  return touching(across, down, tolerance).flatMap((group) => {
    const grid = gridOf(group.across, group.down, tolerance);
    return grid === null ? [] : [grid];
  });
}

const lengthOf = ({ x0, y0, x1, y1 }: Ruling): number => Math.abs(x1 - x0) + Math.abs(y1 - y0);

/** Groups of rulings that cross or meet. */
function touching(
  across: readonly Level[],
  down: readonly Level[],
  tolerance: number,
): { across: Level[]; down: Level[] }[] {
  const sets = new Sets(across.length + down.length);
  across.forEach((level, i) => {
    down.forEach((upright, j) => {
      const meets =
        upright.at >= level.from - tolerance &&
        upright.at <= level.to + tolerance &&
        level.at >= upright.from - tolerance &&
        level.at <= upright.to + tolerance;
      if (meets) sets.join(i, across.length + j);
    });
  });
  const groups = new Map<number, { across: Level[]; down: Level[] }>();
  const groupOf = (index: number): { across: Level[]; down: Level[] } => {
    const root = sets.find(index);
    const group = groups.get(root) ?? { across: [], down: [] };
    groups.set(root, group);
    return group;
  };
  across.forEach((level, i) => {
    groupOf(i).across.push(level);
  });
  down.forEach((upright, j) => {
    groupOf(across.length + j).down.push(upright);
  });
  return [...groups.values()];
}

function gridOf(across: readonly Level[], down: readonly Level[], tolerance: number): RuledGrid | null {
  if (across.length < 2 || down.length === 0) return null;
  const xs = closed(linesAt(down, tolerance), across, tolerance);
  const ys = closed(linesAt(across, tolerance), down, tolerance);
  if (xs.length < 2 || ys.length < 2 || xs.length + ys.length < 5) return null;
  const columns = xs.length - 1;
  const rows = ys.length - 1;
  if (rows * columns > MAX_PLACES) return null;
  const wallDown = walls(down, xs, ys, tolerance);
  const wallAcross = walls(across, ys, xs, tolerance);
  const sets = new Sets(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column;
      if (column > 0 && !wallDown(column, row)) sets.join(place, place - 1);
      if (row > 0 && !wallAcross(row, column)) sets.join(place, place - columns);
    }
  return compact(xs, ys, rectangles(sets, rows, columns));
}

/** Where the lines of a grid run: rulings that lie next to one another are one line. */
function linesAt(levels: readonly Level[], tolerance: number): number[] {
  const sorted = [...levels].sort((a, b) => a.at - b.at);
  const lines: { sum: number; weight: number; last: number }[] = [];
  for (const { at, from, to } of sorted) {
    const weight = Math.max(1e-6, to - from);
    const line = lines.at(-1);
    if (line !== undefined && at - line.last <= tolerance) {
      line.sum += at * weight;
      line.weight += weight;
      line.last = at;
    } else lines.push({ sum: at * weight, weight, last: at });
  }
  return lines.map((line) => line.sum / line.weight);
}

/** A frame that is open on a side is closed where the rulings that run to it end. */
function closed(lines: readonly number[], crossing: readonly Level[], tolerance: number): number[] {
  const from = Math.min(...crossing.map((level) => level.from));
  const to = Math.max(...crossing.map((level) => level.to));
  const out = [...lines];
  if (from < (out[0] ?? from) - 3 * tolerance) out.unshift(from);
  if (to > (out.at(-1) ?? to) + 3 * tolerance) out.push(to);
  return out;
}

/** Whether the side of a cell on line `line`, between the crossing lines `place` and `place + 1`, is drawn. */
function walls(
  levels: readonly Level[],
  lines: readonly number[],
  crossing: readonly number[],
  tolerance: number,
): (line: number, place: number) => boolean {
  const drawn = lines.map((at) =>
    levels.filter((level) => Math.abs(level.at - at) <= 2 * tolerance).sort((a, b) => a.from - b.from),
  );
  return (line, place) => {
    const from = (crossing[place] ?? 0) + tolerance;
    const to = Math.max((crossing[place + 1] ?? 0) - tolerance, from + 1e-6);
    let covered = 0;
    let reached = from;
    for (const level of drawn[line] ?? []) {
      const start = Math.max(reached, level.from);
      const end = Math.min(to, level.to);
      if (end <= start) continue;
      covered += end - start;
      reached = end;
    }
    return covered >= WALL * (to - from);
  };
}

/** The joined places as rectangles: what is joined in another shape, or reaches into another cell, grows until it fits. */
function rectangles(sets: Sets, rows: number, columns: number): GridCell[] {
  for (;;) {
    const boxes = new Map<number, { r0: number; c0: number; r1: number; c1: number }>();
    for (let place = 0; place < rows * columns; place++) {
      const root = sets.find(place);
      const row = Math.floor(place / columns);
      const column = place % columns;
      const box = boxes.get(root);
      if (box === undefined) boxes.set(root, { r0: row, c0: column, r1: row + 1, c1: column + 1 });
      else {
        box.r1 = Math.max(box.r1, row + 1);
        box.c0 = Math.min(box.c0, column);
        box.c1 = Math.max(box.c1, column + 1);
      }
    }
    let grown = false;
    for (const [root, { r0, c0, r1, c1 }] of boxes) {
      for (let row = r0; row < r1; row++)
        for (let column = c0; column < c1; column++) grown = sets.join(root, row * columns + column) || grown;
    }
    if (!grown)
      return [...boxes.values()].map(({ r0, c0, r1, c1 }) => ({
        row: r0,
        column: c0,
        rowSpan: r1 - r0,
        columnSpan: c1 - c0,
      }));
  }
}

/** Without lines at which no cell begins. */
function compact(xs: readonly number[], ys: readonly number[], cells: readonly GridCell[]): RuledGrid {
  const keep = (lines: readonly number[], starts: readonly number[]): { lines: number[]; index: number[] } => {
    const used = new Set(starts);
    const index: number[] = [];
    const kept: number[] = [];
    lines.forEach((line, at) => {
      if (used.has(at) || at === lines.length - 1) kept.push(line);
      index.push(used.has(at) || at === lines.length - 1 ? kept.length - 1 : kept.length);
    });
    return { lines: kept, index };
  };
  const columns = keep(
    xs,
    cells.map((cell) => cell.column),
  );
  const rows = keep(
    ys,
    cells.map((cell) => cell.row),
  );
  const to = (index: readonly number[], at: number): number => index[at] ?? 0;
  return {
    xs: columns.lines,
    ys: rows.lines,
    cells: cells.map((cell) => {
      const row = to(rows.index, cell.row);
      const column = to(columns.index, cell.column);
      return {
        row,
        column,
        rowSpan: to(rows.index, cell.row + cell.rowSpan) - row,
        columnSpan: to(columns.index, cell.column + cell.columnSpan) - column,
      };
    }),
  };
}

/** Disjoint sets of numbers below a count, with path halving. */
class Sets {
  readonly #parent: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, index) => index);
  }

  find(index: number): number {
    let at = index;
    for (;;) {
      const parent = this.#parent[at] ?? at;
      if (parent === at) return at;
      const above = this.#parent[parent] ?? parent;
      this.#parent[at] = above;
      at = above;
    }
  }

  /** False when they were in one set already. The lower root stays. */
  join(a: number, b: number): boolean {
    const [x, y] = [this.find(a), this.find(b)];
    if (x === y) return false;
    this.#parent[Math.max(x, y)] = Math.min(x, y);
    return true;
  }
}
