import type { ExtractedTable } from '../extraction-result.ts';
import type { Page, Table } from '../page.ts';
import { alignedTables } from './aligned-tables.ts';
import { columnNames, columnOf, isFoot, tableName } from './table-headers.ts';
import { clip } from './text.ts';
import { type Row, unite } from './view.ts';

type TableRow = ExtractedTable['rows'][number];

interface Draft {
  columns: string[];
  /** How many columns have a canonical name. */
  known: number;
  hasHeader: boolean;
  page: number;
  lastPage: number;
  rows: TableRow[];
}

const MAX_CELL = 2000;

/** Cells by row then column; a cell that spans columns stands in its first, one that spans rows in each of them. */
function grid(table: Table): Map<number, Map<number, Table['cells'][number]>> {
  const rows = new Map<number, Map<number, Table['cells'][number]>>();
  for (const cell of table.cells)
    for (let at = cell.row; at < cell.row + Math.max(1, cell.rowSpan) && at < table.rows; at++) {
      const row = rows.get(at) ?? new Map<number, Table['cells'][number]>();
      const known = row.get(cell.column);
      row.set(cell.column, known === undefined ? cell : { ...known, text: `${known.text} ${cell.text}` });
      rows.set(at, row);
    }
  return rows;
}

function draftOf(table: Table, page: number): Draft {
  const cells = grid(table);
  const indexes = [...cells.keys()].sort((a, b) => a - b);
  const width = Math.max(table.columns, 1 + Math.max(-1, ...table.cells.map((cell) => cell.column)));
  const texts = (row: number): string[] =>
    Array.from({ length: width }, (_, column) => cells.get(row)?.get(column)?.text.trim() ?? '');
  // Layout may not have said which row is the header: the first is, when two of its cells are known headers.
  const first = indexes[0];
  const guessed = first !== undefined && texts(first).filter((text) => text !== '' && columnOf(text).known).length >= 2;
  const header = table.header ?? (guessed ? first : null);
  const headers = header === null || header === undefined ? null : texts(header).map(columnOf);
  const columns =
    header === null || header === undefined
      ? Array.from({ length: width }, (_, column) => `column_${column + 1}`)
      : columnNames(texts(header), (column) =>
          indexes.filter((index) => index > header).map((index) => texts(index)[column] ?? ''),
        );
  const rows: TableRow[] = [];
  for (const index of indexes) {
    if (header !== null && header !== undefined && index <= header) continue;
    const row = [...(cells.get(index)?.values() ?? [])];
    const own = row.filter((cell) => cell.rowSpan === 1);
    const values = texts(index);
    if (values.every((text) => text === '')) continue;
    rows.push({
      page,
      box: unite((own.length > 0 ? own : row).map((cell) => cell.box)),
      cells: Object.fromEntries(columns.map((name, column) => [name, clip(values[column] ?? '', MAX_CELL)])),
    });
  }
  const known = headers?.filter((one) => one.known).length ?? 0;
  return { columns, known, hasHeader: headers !== null, page, lastPage: page, rows };
}

const LABELS = ['label', 'amount'];

/** Sums as rows of a label and an amount: the last text of each row is the amount. */
function sumsOf(rows: readonly TableRow[], page: number): Draft {
  const sums = rows.map((row) => {
    const texts = Object.values(row.cells).filter((text) => text !== '');
    const amount = texts.length > 1 ? (texts.at(-1) ?? '') : '';
    const label = texts.slice(0, texts.length > 1 ? -1 : 1).join(' ');
    return { ...row, cells: { label, amount } };
  });
  return { columns: LABELS, known: 2, hasHeader: false, page, lastPage: page, rows: sums };
}

/**
 * A table of items apart from its foot: the rows at its end that name a sum and have no quantity or unit price (the name itself may stand in their columns). Rows
 * without a header that all name sums are such a foot as well.
 */
function partFoot(draft: Draft): Draft[] {
  const closes = (row: TableRow): boolean => {
    const first = Object.values(row.cells).find((text) => text !== '') ?? '';
    const counted = [row.cells.quantity, row.cells.unitPrice].some((text) => /^[^\p{L}]*\d/u.test(text ?? ''));
    return isFoot(first) && !counted;
  };
  if (!draft.hasHeader && draft.columns.length === 2) {
    return draft.rows.every(closes) ? [sumsOf(draft.rows, draft.page)] : [draft];
  }
  if (tableName(draft.columns, 0) !== 'line_items') return [draft];
  let end = draft.rows.length;
  while (end > 0) {
    const row = draft.rows[end - 1];
    if (row === undefined || !closes(row)) break;
    end--;
  }
  if (end === 0 || end === draft.rows.length) return [draft];
  return [{ ...draft, rows: draft.rows.slice(0, end) }, sumsOf(draft.rows.slice(end), draft.page)];
}

/** Whether `next`, first on the following page, goes on with `table`: the same columns again, or as many without a header. */
function continues(table: Draft, next: Draft): boolean {
  if (next.page !== table.lastPage + 1 || next.columns.length !== table.columns.length) return false;
  return next.hasHeader ? next.columns.every((name, index) => name === table.columns[index]) : true;
}

function append(table: Draft, next: Draft): void {
  for (const row of next.rows) {
    const values = next.columns.map((name) => row.cells[name] ?? '');
    table.rows.push({
      ...row,
      cells: Object.fromEntries(table.columns.map((name, index) => [name, values[index] ?? ''])),
    });
  }
  table.lastPage = next.page;
}

/**
 * Tables of a document with canonical column names: those that layout found on its pages, and on pages where it found
 * none, those that stand in aligned columns under known headers. A table that goes on over pages is one. Every row that
 * is not a header or empty is kept, in order.
 */
export function extractTables(
  pages: readonly Page[],
  rows: readonly Row[],
): { tables: ExtractedTable[]; rows: number } {
  const done: Draft[] = [];
  const bare = new Set(pages.filter((page) => page.tables.length === 0).map((page) => page.number));
  const aligned = alignedTables(rows.filter((row) => bare.has(row.page)));
  for (const page of [...pages].sort((a, b) => a.number - b.number)) {
    const drafts = page.tables.flatMap((table) => partFoot(draftOf(table, page.number)));
    const found = [
      ...drafts,
      ...aligned
        .filter((table) => table.page === page.number)
        .map((table) => ({
          ...table,
          known: table.columns.length,
          hasHeader: true,
          lastPage: table.rows.at(-1)?.page ?? table.page,
        })),
    ];
    for (const [index, draft] of found.entries()) {
      if (draft.rows.length === 0) continue;
      const last = done.at(-1);
      if (index === 0 && last !== undefined && continues(last, draft)) append(last, draft);
      else done.push(draft);
    }
  }
  const tables = done.map((draft, index) => ({
    name: tableName(draft.columns, index),
    page: draft.page,
    columns: draft.columns,
    rows: draft.rows,
  }));
  return { tables, rows: tables.reduce((sum, table) => sum + table.rows.length, 0) };
}
