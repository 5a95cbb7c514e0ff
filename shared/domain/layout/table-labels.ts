import type { Grid, GridRow, Placed } from './table-grid.ts';

export interface SpannedGrid {
  columns: number;
  rows: (Placed & { rowSpan: number })[][];
  header: number | null;
}

/**
 * The grid with its `heads` above it and cells over several rows: heads of columns that no group head stands over reach
 * up to it, and labels of the first column that are centred beside their rows reach over all of them.
 */
export function spanCentredLabels(grid: Grid, heads: readonly GridRow[]): SpannedGrid {
  const body = grid.rows.slice(grid.header ? 1 : 0);
  const rows = [...heads, ...grid.rows.slice(0, grid.header ? 1 : 0)].map((row) =>
    row.map((cell) => ({ ...cell, rowSpan: 1 })),
  );
  const [top, below] = rows;
  if (heads.length === 1 && top !== undefined && below !== undefined) {
    const reaching = below.filter((cell) => !top.some((over) => meets(over, cell)));
    rows[1] = below.filter((cell) => !reaching.includes(cell));
    rows[0] = [...top, ...reaching.map((cell) => ({ ...cell, rowSpan: 2 }))].sort((a, b) => a.column - b.column);
  }
  const header = rows.length === 0 ? null : rows.length - 1;
  return { columns: grid.columns.length, rows: [...rows, ...labelled(body)], header };
}

const meets = (a: Placed, b: Placed): boolean => a.column < b.column + b.span && b.column < a.column + a.span;

const leads = (row: GridRow | undefined): boolean => row?.[0]?.column === 0;

/**
 * Labels centred beside rows: one on a line of its own between two rows without a first cell, or rows whose labels all
 * stand in the middle of as many rows without one above as below. Else the rows as they are.
 */
function labelled(rows: readonly GridRow[]): SpannedGrid['rows'] {
  const plain = (): SpannedGrid['rows'] => rows.map((row) => row.map((cell) => ({ ...cell, rowSpan: 1 })));
  if (rows.length < 3 || leads(rows[0])) return plain();
  const out: SpannedGrid['rows'] = [];
  let from = 0;
  while (from < rows.length) {
    let at = from;
    while (at < rows.length && !leads(rows[at])) at++;
    const label = rows[at]?.[0];
    const above = at - from;
    const below = rows.slice(at + 1, at + 1 + above);
    if (label === undefined || above === 0 || below.length < above || below.some(leads)) return plain();
    const alone = rows[at]?.length === 1;
    const members = [...rows.slice(from, at), ...(alone ? [] : [(rows[at] ?? []).slice(1)]), ...below];
    members.forEach((row, index) => {
      const cells = row.map((cell) => ({ ...cell, rowSpan: 1 }));
      out.push(index === 0 ? [{ ...label, rowSpan: members.length }, ...cells] : cells);
    });
    from = at + 1 + above;
  }
  return out;
}
