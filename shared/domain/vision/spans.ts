/** A cell as written: where it stands follows from the cells before it. */
export interface LooseCell {
  text: string;
  header: boolean;
  rowSpan: number;
  columnSpan: number;
}

export interface CellGrid<T extends LooseCell = LooseCell> {
  cells: (T & { row: number; column: number })[];
  rows: number;
  columns: number;
}

/**
 * Cells in their rows and columns, each in the first column that no cell above or before it covers (the table model of the
 * HTML standard). A span that reaches below the last row ends there; columns in which no cell begins are left out, so that
 * the grid is no larger than what was written.
 */
export function placeCells<T extends LooseCell>(rows: readonly (readonly T[])[]): CellGrid<T> {
  /** By column: the first row that is free again. */
  const free: number[] = [];
  const cells: CellGrid<T>['cells'] = [];
  let columns = 0;
  for (const [row, loose] of rows.entries()) {
    let column = 0;
    for (const cell of loose) {
      while ((free[column] ?? 0) > row) column++;
      const rowSpan = Math.min(cell.rowSpan, rows.length - row);
      cells.push({ ...cell, rowSpan, row, column });
      for (let at = column; at < column + cell.columnSpan; at++) free[at] = row + rowSpan;
      column += cell.columnSpan;
      columns = Math.max(columns, column);
    }
  }
  return { ...withoutEmptyColumns(cells, columns), rows: rows.length };
}

function withoutEmptyColumns<T extends LooseCell>(cells: CellGrid<T>['cells'], columns: number) {
  const begins = [...new Set(cells.map((cell) => cell.column))].sort((a, b) => a - b);
  if (begins.length === columns) return { cells, columns };
  const places = new Map(begins.map((column, place) => [column, place]));
  /** How many columns that stay lie before this one. */
  const before = (column: number): number => {
    let low = 0;
    let high = begins.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((begins[middle] ?? 0) < column) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    columns: begins.length,
    cells: cells.map((cell) => {
      const column = places.get(cell.column) ?? 0;
      return { ...cell, column, columnSpan: before(cell.column + cell.columnSpan) - column };
    }),
  };
}
