import { median, middle, type Row, tallness } from './rows.ts';
import { type Cell, centreOf, isNumeric, isYear, spanOf } from './table-cells.ts';
import type { Grid, GridRow } from './table-grid.ts';

/** How far the middle of a head may be from the middle of its columns, in widths of a column. */
const OFF_CENTRE = 0.3;
/** Heads stand this near to what they head, in line heights. */
const NEAR = 2.2;

/**
 * The row above a table's header as the names of groups of columns: each centred over two columns or more, or at least
 * one of them and the others over one each. Null when it is no such row.
 */
export function groupHead(row: Row, cells: readonly Cell[], header: Row | undefined, grid: Grid): GridRow | null {
  if (header === undefined || cells.length === 0 || cells.length >= grid.columns.length) return null;
  const height = median(header.words.map((word) => tallness(word.box)));
  if (middle(header.box) - middle(row.box) > NEAR * height) return null;
  if (cells.some((cell) => isNumeric(cell) && !isYear(cell))) return null;
  const centres = grid.columns.map((column, index) => {
    const over = grid.rows[0]?.find((cell) => cell.column === index && cell.span === 1);
    const span = over === undefined ? column : spanOf(over.words);
    return { from: Math.min(column.from, span.from), to: Math.max(column.to, span.to) };
  });
  const pitch = median(centres.slice(1).map((span, index) => centreOf(span) - centreOf(centres[index] ?? span)));
  const placed: GridRow = [];
  let first = 0;
  for (const words of cells) {
    const at = centreOf(spanOf(words));
    let best = { column: -1, span: 1, off: Number.POSITIVE_INFINITY };
    for (let column = first; column < centres.length; column++)
      for (let end = column + 1; end <= centres.length; end++) {
        const off = Math.abs(((centres[column]?.from ?? 0) + (centres[end - 1]?.to ?? 0)) / 2 - at);
        if (off < best.off - 0.05 * pitch) best = { column, span: end - column, off };
      }
    if (best.off > OFF_CENTRE * pitch) return null;
    placed.push({ column: best.column, span: best.span, words });
    first = best.column + best.span;
  }
  return placed.some((cell) => cell.span > 1) ? placed : null;
}
