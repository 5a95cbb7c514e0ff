import type { ExtractedTable } from '../extraction-result.ts';
import { type HeaderMark, headersIn, isFoot, uniqueNames } from './table-headers.ts';
import { clip } from './text.ts';
import { findMoney } from './values/money.ts';
import { place, type Row, type Segment } from './view.ts';

interface Column {
  name: string;
  x0: number;
  x1: number;
}

interface AlignedTable {
  columns: string[];
  page: number;
  rows: ExtractedTable['rows'];
}

const NUMERIC = new Set(['quantity', 'unitPrice', 'amount', 'balance', 'debit', 'credit']);
const DECIDING = new Set(['amount', 'balance', 'debit', 'credit']);
const NO_HINTS = { decimal: null, currency: null };

/** Rows without any cell of the table, after which it is over. */
const MAX_GAP_ROWS = 2;

function headerOf(row: Row): HeaderMark[] | null {
  if (row.text.length > 250) return null;
  const { marks, share } = headersIn(row.text);
  const columns = new Set(marks.map((mark) => mark.column));
  if (columns.size < 2 || share < 0.7 || findMoney(row.text, NO_HINTS).some((match) => match.certain)) return null;
  return [...columns].some((name) => NUMERIC.has(name)) ? marks : null;
}

function columnsOf(row: Row, marks: readonly HeaderMark[]): Column[] {
  const placed = marks.map((mark) => ({ name: mark.column, box: place(row, mark.start, mark.end).box }));
  placed.sort((a, b) => a.box[0] - b.box[0]);
  const names = uniqueNames(placed.map((one) => one.name));
  return placed.map((one, index) => ({ name: names[index] ?? one.name, x0: one.box[0], x1: one.box[2] }));
}

/** The column whose header overlaps most; where none does, the nearest, numbers preferring the numeric ones. */
function columnFor(segment: { box: Segment['box'] }, text: string, columns: readonly Column[]): Column | undefined {
  const numeric = /^[^\p{L}]*\d[^\p{L}]*(?:\p{L}{1,3})?$/u.test(text);
  let best: Column | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    const overlap = Math.min(segment.box[2], column.x1) - Math.max(segment.box[0], column.x0);
    const width = Math.max(1, Math.min(segment.box[2] - segment.box[0], column.x1 - column.x0));
    let score = overlap > 0 ? 1 + overlap / width : overlap / width;
    if (!numeric && NUMERIC.has(column.name.replace(/_\d+$/, ''))) score -= 1.2;
    if (numeric && column.name === 'description') score -= 0.6;
    if (score > bestScore) [best, bestScore] = [column, score];
  }
  return best;
}

function cellsOf(row: Row, columns: readonly Column[]): Map<string, string> {
  const cells = new Map<string, string>();
  let next = 0;
  for (const segment of row.segments) {
    // Words of one segment may belong to neighbouring columns when the print is narrow.
    const from = next;
    while ((row.words[next]?.end ?? Number.POSITIVE_INFINITY) <= segment.end) next++;
    const words = row.words.slice(from, next);
    const whole = row.text.slice(segment.start, segment.end);
    const split = words.length > 1 && words.length < 40 && /^\S*\d\S*(?: \S*\d\S*)+$/.test(whole);
    const parts = split ? words : [{ start: segment.start, end: segment.end, box: segment.box }];
    for (const part of parts) {
      const text = row.text.slice(part.start, part.end);
      const column = columnFor(part, text, columns);
      if (column === undefined) continue;
      const known = cells.get(column.name);
      cells.set(column.name, known === undefined ? text : `${known} ${text}`);
    }
  }
  return cells;
}

/** Tables without rules: a row of known headers, then rows whose words stand under them. Linear in rows. */
export function alignedTables(rows: readonly Row[]): AlignedTable[] {
  const tables: AlignedTable[] = [];
  let columns: Column[] | null = null;
  let current: AlignedTable | null = null;
  let gap = 0;
  let lead: string[] = [];
  const close = () => {
    if (current !== null && current.rows.length > 0) tables.push(current);
    current = null;
    columns = null;
    lead = [];
  };
  for (const row of rows) {
    const header = headerOf(row);
    if (header !== null) {
      close();
      columns = columnsOf(row, header);
      current = { columns: columns.map((column) => column.name), page: row.page, rows: [] };
      gap = 0;
      continue;
    }
    if (columns === null || current === null) continue;
    if (row.page !== current.page || isFoot(row.text)) {
      close();
      continue;
    }
    const table: AlignedTable = current;
    const names = table.columns;
    const cells = cellsOf(row, columns);
    const decided = names.some((name) => DECIDING.has(name.replace(/_\d+$/, '')) && /\d/.test(cells.get(name) ?? ''));
    const some = !names.some((name) => DECIDING.has(name)) && cells.size >= 2;
    if (decided || some) {
      if (lead.length > 0) cells.set('description', [...lead, cells.get('description') ?? ''].join(' ').trim());
      lead = [];
      gap = 0;
      const all = names.includes('description') || !cells.has('description') ? names : [...names, 'description'];
      if (all !== names) table.columns = all;
      table.rows.push({
        page: row.page,
        box: row.box,
        cells: Object.fromEntries(all.map((name) => [name, clip(cells.get(name) ?? '', 2000)])),
      });
      continue;
    }
    // Text without an amount goes on with the row above when it is indented or set tight, else it leads the next one.
    const text = row.text.replace(/\s+/g, ' ').trim();
    const last = table.rows.at(-1);
    if (++gap > MAX_GAP_ROWS + 3 || row.box[1] - (last?.box[3] ?? row.box[1]) > row.height * 12) {
      close();
      continue;
    }
    if (last === undefined || lead.length > 0 || table.rows.length === 1 || !('description' in last.cells))
      lead.push(clip(text, 300));
    else last.cells.description = clip(`${last.cells.description} ${text}`.trim(), 2000);
  }
  close();
  for (const table of tables) {
    for (const row of table.rows) for (const name of table.columns) row.cells[name] ??= '';
  }
  return tables;
}
