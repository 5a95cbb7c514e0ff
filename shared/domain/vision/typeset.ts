import type { Box, Line, Page, Table, Word } from '../page.ts';

/** Of one character of the imagined print, in pixels. */
const WIDTH = 10;
const HEIGHT = 16;
const LEADING = 24;
/** Between the columns of a table: wider than any space between words. */
const GUTTER = 60;

interface Sheet {
  words: Word[];
  lines: Line[];
  tables: Table[];
  y: number;
}

/**
 * The page as if it were typed out, a line below the other, cells in columns: what an engine gave no places for can then be
 * read by rules that go by places. The places mean nothing on the paper. Words, lines and blocks keep their order and text.
 */
export function typeset(page: Page): Page {
  const sheet: Sheet = { words: [], lines: [], tables: [], y: LEADING };
  let nextTable = 0;
  const blocks = page.blocks.map((block) => {
    const from = sheet.y;
    const lines = page.lines.slice(...block.lines);
    const table = block.kind === 'table' ? page.tables[nextTable] : undefined;
    if (table !== undefined && areRowsOf(table, lines)) {
      typeTable(sheet, page, lines, table);
      nextTable++;
    } else for (const line of lines) typeLine(sheet, page, line);
    const box: Box = [WIDTH, from, Math.max(WIDTH * 2, ...sheet.words.slice(-200).map((word) => word.box[2])), sheet.y];
    sheet.y += LEADING;
    return { ...block, box };
  });
  // What no block shows stands below.
  for (const table of page.tables.slice(nextTable)) typeTable(sheet, page, [], table);
  const width = sheet.words.reduce((most, word) => Math.max(most, word.box[2]), 10 * WIDTH) + WIDTH;
  const { words, lines, tables } = sheet;
  return { ...page, width, height: sheet.y + LEADING, words, lines, blocks, tables, geometry: 'measured' };
}

function typeLine(sheet: Sheet, page: Page, line: Line): void {
  let x = WIDTH;
  for (const word of page.words.slice(...line.words)) {
    const end = x + word.text.length * WIDTH;
    sheet.words.push({ ...word, box: [x, sheet.y, end, sheet.y + HEIGHT] });
    x = end + WIDTH / 2;
  }
  sheet.lines.push({ ...line, box: [WIDTH, sheet.y, x, sheet.y + HEIGHT] });
  sheet.y += LEADING;
}

const wordsIn = (text: string): string[] => text.split(/\s+/).filter((part) => part !== '');

/** Whether the lines are the table's rows, word by word; rows without a word have no line. */
function areRowsOf(table: Table, lines: readonly Line[]): boolean {
  const rows: string[][] = Array.from({ length: table.rows }, () => []);
  for (const cell of table.cells) rows[cell.row]?.push(...wordsIn(cell.text));
  const said = rows.filter((row) => row.length > 0);
  return said.length === lines.length && said.every((row, index) => row.join(' ') === lines[index]?.text);
}

function typeTable(sheet: Sheet, page: Page, lines: readonly Line[], table: Table): void {
  const starts = columnStarts(table);
  const rowY = Array.from({ length: table.rows }, () => sheet.y);
  const byRow: Table['cells'][] = Array.from({ length: table.rows }, () => []);
  for (const cell of table.cells) byRow[cell.row]?.push(cell);
  let next = 0;
  for (const [row, cells] of byRow.entries()) {
    rowY[row] = sheet.y;
    const line = cells.some((cell) => cell.text.trim() !== '') ? lines[next++] : undefined;
    if (line === undefined) continue;
    let word = line.words[0];
    for (const cell of cells) {
      let x = starts[cell.column] ?? WIDTH;
      for (const text of wordsIn(cell.text)) {
        const read = page.words[word++];
        const end = x + text.length * WIDTH;
        if (read !== undefined) sheet.words.push({ ...read, box: [x, sheet.y, end, sheet.y + HEIGHT] });
        x = end + WIDTH / 2;
      }
    }
    sheet.lines.push({ ...line, box: [WIDTH, sheet.y, starts.at(-1) ?? WIDTH, sheet.y + HEIGHT] });
    sheet.y += LEADING;
  }
  const boxOf = (row: number, from: number, to: number): Box => {
    const y = rowY[row] ?? sheet.y;
    return [starts[from] ?? WIDTH, y, (starts[to] ?? WIDTH) - GUTTER, y + HEIGHT];
  };
  sheet.tables.push({
    ...table,
    box: [WIDTH, rowY[0] ?? sheet.y, starts.at(-1) ?? WIDTH, sheet.y],
    cells: table.cells.map((cell) => ({ ...cell, box: boxOf(cell.row, cell.column, cell.column + cell.columnSpan) })),
  });
}

/** Left edge of each column, and of what comes after the last; as wide as the longest cell that has it alone. */
function columnStarts(table: Table): number[] {
  const widths = Array.from({ length: table.columns }, () => 3);
  for (const cell of table.cells)
    if (cell.columnSpan === 1) widths[cell.column] = Math.max(widths[cell.column] ?? 0, cell.text.length);
  const starts = [WIDTH];
  for (const width of widths) starts.push((starts.at(-1) ?? 0) + width * WIDTH + GUTTER);
  return starts;
}
