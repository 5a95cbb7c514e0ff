import type { LayoutWriter, TrueCell } from './layout-writer.ts';

const THINGS =
  'Chair Table Lamp Cabinet Shelf Mirror Carpet Bench Desk Drawer Stool Frame Cushion Curtain Basket'.split(' ');
const WORDS =
  'oak with brass handles and a felt base for quiet rooms finished by hand in light grey suitable for narrow halls'.split(
    ' ',
  );
const HEADS = ['Item', 'Description', 'Quantity', 'Unit price', 'Amount', 'Discount', 'Weight', 'Colour'];

const phrase = (page: LayoutWriter, count: number): string =>
  Array.from({ length: count }, (_, index) =>
    index === 0 ? page.pick(...asList(THINGS)) : page.pick(...asList(WORDS)),
  ).join(' ');

const asList = (values: readonly string[]): [string, ...string[]] => [values[0] ?? '', ...values.slice(1)];
const amount = (page: LayoutWriter): string =>
  `${page.between(1, 999)}.${String(page.between(0, 99)).padStart(2, '0')}`;

interface Options {
  x: number;
  y: number;
  width: number;
}

/** A table with lines around its cells: heads over two columns, cells over rows and columns, wrapped text. Gives its foot. */
export function ruledTable(page: LayoutWriter, { x, y, width }: Options): number {
  const columns = page.between(3, 6);
  const rows = page.between(4, 9);
  const size = page.pick(24, 28);
  const shares = Array.from({ length: columns }, (_, column) => (column === 1 ? 2.2 : 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const xs = [x];
  for (const share of shares) xs.push((xs.at(-1) ?? x) + (share * width) / total);
  const cells: TrueCell[] = [];
  const taken = new Set<number>();
  const grouped = columns >= 4 && page.random() < 0.5;
  const put = (row: number, column: number, rowSpan: number, columnSpan: number, text: string): void => {
    for (let r = row; r < row + rowSpan; r++)
      for (let c = column; c < column + columnSpan; c++) taken.add(r * columns + c);
    cells.push({ row, column, rowSpan, columnSpan, text });
  };
  const heads = grouped ? 2 : 1;
  for (let column = 0; column < columns; column++) {
    if (grouped && column === columns - 2) {
      put(0, column, 1, 2, 'Price in EUR');
      put(1, column, 1, 1, HEADS[column] ?? '');
      put(1, column + 1, 1, 1, HEADS[column + 1] ?? '');
      break;
    }
    put(0, column, heads, 1, HEADS[column] ?? '');
  }
  for (let row = heads; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      if (taken.has(row * columns + column)) continue;
      const spanRows = column === 0 && row + 1 < rows && page.random() < 0.2 ? 2 : 1;
      const spanColumns =
        column > 0 && column + 1 < columns && !taken.has(row * columns + column + 1) && page.random() < 0.08 ? 2 : 1;
      const empty = column > 0 && spanColumns === 1 && page.random() < 0.08;
      const text = empty
        ? ''
        : column === 1
          ? phrase(page, page.between(1, 9))
          : column === 0
            ? `${page.pick('A', 'B', 'K')}-${page.between(10, 99)}`
            : amount(page);
      put(row, column, spanRows, spanColumns, text);
    }
  const style = { size };
  const padding = size * 0.5;
  const wrapped = cells.map((cell) =>
    page.wrap(cell.text, (xs[cell.column + cell.columnSpan] ?? 0) - (xs[cell.column] ?? 0) - 2 * padding, style),
  );
  const pitch = size * 1.25;
  const heights = Array.from({ length: rows }, (_, row) =>
    Math.max(
      size * 1.9,
      ...cells.map((cell, at) =>
        cell.row === row && cell.rowSpan === 1 ? (wrapped[at]?.length ?? 1) * pitch + size * 0.8 : 0,
      ),
    ),
  );
  const ys = [y];
  for (const height of heights) ys.push((ys.at(-1) ?? y) + height);
  const colour = page.pick('#111', '#555', '#aaa');
  const thick = page.pick(1, 2, 3);
  const framed = page.random() < 0.75;
  const order = cells
    .map((cell, at) => ({ cell, lines: wrapped[at] ?? [] }))
    .sort((a, b) => a.cell.row - b.cell.row || a.cell.column - b.cell.column);
  for (const { cell, lines } of order) {
    const [x0, y0] = [xs[cell.column] ?? 0, ys[cell.row] ?? 0];
    const [x1, y1] = [xs[cell.column + cell.columnSpan] ?? 0, ys[cell.row + cell.rowSpan] ?? 0];
    if (framed || x0 > x + 1) page.line(x0, y0, x0, y1, thick, colour);
    if (framed || x1 < x + width - 1) page.line(x1, y0, x1, y1, thick, colour);
    page.line(x0, y0, x1, y0, thick, colour);
    page.line(x0, y1, x1, y1, thick, colour);
    const number = /^\d+\.\d\d$/.test(cell.text);
    const top = cell.rowSpan > 1 ? (y0 + y1 - lines.length * pitch) / 2 : y0 + size * 0.4;
    lines.forEach((line, at) => {
      const baseline = top + at * pitch + size;
      if (line !== '')
        page.text(
          line,
          number ? x1 - padding : x0 + padding,
          baseline,
          { size, bold: cell.row < heads },
          number ? 'right' : 'left',
        );
    });
  }
  page.tables.push({ rows, columns, cells: cells.filter((cell) => cell.text !== ''), ruled: true });
  return ys.at(-1) ?? y;
}

/** A table without walls: numbers set right, some cells wrapped, at times groups of heads or centred labels, level lines. */
export function openTable(page: LayoutWriter, { x, y, width }: Options): number {
  const size = page.pick(24, 28);
  const kind = page.pick('plain', 'plain', 'grouped', 'labelled', 'lined');
  const rows = kind === 'labelled' ? page.pick(6, 9) : page.between(5, 10);
  const columns = kind === 'grouped' ? 5 : page.between(4, 5);
  const left = kind === 'labelled' || kind === 'grouped' ? 1 : 2;
  const xs = Array.from({ length: columns }, (_, column) => (column === 0 ? x : column < left ? x + width * 0.14 : 0));
  for (let column = left; column < columns; column++)
    xs[column] = x + width * (1 - (0.58 * (columns - 1 - column)) / (columns - left));
  const textWidth = left === 2 ? (xs[2] ?? 0) - (xs[1] ?? 0) - size * 7 : 0;
  const cells: TrueCell[] = [];
  let baseline = y + size;
  const write = (
    cell: Omit<TrueCell, 'rowSpan' | 'columnSpan'> & Partial<TrueCell>,
    line: string,
    at: number,
    bold = false,
  ): void => {
    const number = cell.column >= left;
    page.text(line, xs[cell.column] ?? 0, at, { size, bold }, number ? 'right' : 'left');
  };
  const add = (row: number, column: number, text: string, rowSpan = 1, columnSpan = 1): void => {
    cells.push({ row, column, rowSpan, columnSpan, text });
  };
  let row = 0;
  if (kind === 'grouped') {
    add(0, 0, 'Region', 2);
    for (const first of [1, 3]) {
      const text = first === 1 ? 'Last year' : 'This year';
      add(0, first, text, 1, 2);
      const reach = page.widthOf('Second', { size, bold: true });
      page.text(text, ((xs[first] ?? 0) - reach + (xs[first + 1] ?? 0)) / 2, baseline, { size, bold: true }, 'middle');
    }
    baseline += size * 1.7;
    write({ row: 1, column: 0, text: '' }, 'Region', baseline, true);
    for (let column = 1; column < columns; column++) {
      const text = column % 2 === 1 ? 'First' : 'Second';
      add(1, column, text);
      write({ row: 1, column, text }, text, baseline, true);
    }
    row = 2;
  } else {
    for (let column = 0; column < columns; column++) {
      const text = kind === 'labelled' && column === 0 ? 'Group' : (HEADS[column] ?? '');
      add(0, column, text);
      write({ row: 0, column, text }, text, baseline, true);
    }
    row = 1;
  }
  if (kind !== 'plain') page.line(x, baseline + size * 0.6, x + width, baseline + size * 0.6, 2);
  const labels = kind === 'labelled' ? 3 : 1;
  for (let at = 0; at < rows; at++) {
    const wide = kind === 'plain' || kind === 'lined' ? page.between(1, 7) : 2;
    const text = left === 2 ? phrase(page, wide) : page.pick(...asList(THINGS));
    const lines = left === 2 ? page.wrap(text, textWidth, { size }) : [text];
    baseline += size * 2;
    const top = baseline;
    if (kind === 'labelled') {
      if (at % labels === 0) {
        add(row, 0, `Group ${at / labels + 1}`, labels);
        write({ row, column: 0, text: '' }, `Group ${at / labels + 1}`, top + size * 2 * ((labels - 1) / 2));
      }
    } else if (left === 2) {
      const code = `${page.pick('A', 'B')}-${page.between(10, 99)}`;
      add(row, 0, code);
      write({ row, column: 0, text: code }, code, top);
      add(row, 1, text);
      lines.forEach((line, index) => {
        write({ row, column: 1, text }, line, top + index * size * 1.25);
      });
      baseline += (lines.length - 1) * size * 1.25;
    } else {
      add(row, 0, text);
      write({ row, column: 0, text }, text, top);
    }
    for (let column = left; column < columns; column++) {
      if (column < columns - 1 && page.random() < 0.06) continue;
      const value = amount(page);
      add(row, column, value);
      write({ row, column, text: value }, value, top);
    }
    if (kind === 'lined') page.line(x, baseline + size * 0.6, x + width, baseline + size * 0.6, 1, '#777');
    row++;
  }
  page.tables.push({ rows: row, columns, cells, ruled: false });
  return baseline + size;
}
