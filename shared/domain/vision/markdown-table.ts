import { type CellGrid, type LooseCell, placeCells } from './spans.ts';

export interface MarkdownTable extends CellGrid {
  header: number | null;
  /** Lines that it takes. */
  lines: number;
}

const isSeparator = (line: string | undefined): boolean =>
  line !== undefined && /^[\s|:-]+$/.test(line) && line.includes('|') && line.includes('-');

function isRow(line: string | undefined): boolean {
  const text = line?.trim() ?? '';
  return text.length > 1 && text.startsWith('|') && text.endsWith('|');
}

/** The cells of `| a | b \| c |`: `a`, `b | c`. */
function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '');
  const cells = inner.split(/(?<!\\)\|/);
  if (cells.length > 1 && cells.at(-1)?.trim() === '') cells.pop();
  return cells.map((cell) => cell.replaceAll('\\|', '|').trim());
}

/**
 * The table that begins with line `from`: a header row over a separator, as GitHub has it, or rows alone that open and close
 * with a bar. Null when none begins there.
 */
export function readMarkdownTable(
  lines: readonly string[],
  from: number,
  clean: (text: string) => string,
): MarkdownTable | null {
  const first = lines[from] ?? '';
  if (!first.includes('|')) return null;
  const headless = isSeparator(first);
  const headed = !headless && isSeparator(lines[from + 1]);
  if (!headed && !(isRow(first) && isRow(lines[from + 1]))) return null;
  const rows: LooseCell[][] = [];
  let at = from;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (!(headed ? line.includes('|') : line.trimStart().startsWith('|'))) break;
    if (at === (headed ? from + 1 : headless ? from : -1)) continue;
    const header = headed && at === from;
    rows.push(cellsOf(line).map((text) => ({ text: clean(text), header, rowSpan: 1, columnSpan: 1 })));
  }
  const header = headed && rows[0]?.some((cell) => cell.text !== '') === true ? 0 : null;
  return { ...placeCells(rows), header, lines: at - from };
}
