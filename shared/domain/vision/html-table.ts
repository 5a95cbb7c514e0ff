import { decodeHTMLStrict } from 'entities';
import { type CellGrid, type LooseCell, placeCells } from './spans.ts';
import { nextTag, spanOf, type Tag } from './tags.ts';

const MAX_ROW_SPAN = 1000;
const MAX_COLUMN_SPAN = 100;

export interface HtmlTable extends CellGrid {
  header: number | null;
  caption: string;
  /** Text that stood in the table and in no cell; it is text of the page all the same. */
  stray: string[];
  /** Where the page goes on. */
  end: number;
  /** False when the answer ended before the table did. */
  closed: boolean;
}

const tidy = (parts: readonly string[]): string => decodeHTMLStrict(parts.join('')).replace(/\s+/g, ' ').trim();

interface Draft {
  rows: LooseCell[][];
  /** How many of the first rows are header rows. */
  headers: number;
  inHead: boolean;
  row: LooseCell[] | null;
  cell: { parts: string[]; tag: Tag } | null;
  caption: string[] | null;
  captions: string[];
}

/**
 * The table that opens with `opener`. Tags may be missing, left open or cut off: what was written is kept. A table inside a
 * cell is text of that cell. `closable` says whether an end tag comes at all: without one, text outside of cells ends it.
 */
export function readHtmlTable(text: string, opener: Tag, closable: boolean): HtmlTable {
  const draft: Draft = { rows: [], headers: 0, inHead: false, row: null, cell: null, caption: null, captions: [] };
  const stray: string[] = [];
  let at = opener.end;
  let depth = 1;
  let closed = false;
  for (;;) {
    const tag = nextTag(text, at);
    const between = text.slice(at, tag?.start ?? text.length);
    const sink = draft.cell?.parts ?? draft.caption;
    if (sink !== null && sink !== undefined) sink.push(between);
    else if (between.trim() !== '') {
      if (!closable) break;
      stray.push(between);
    }
    if (tag === null) {
      at = text.length;
      break;
    }
    if (tag.name === 'table') {
      // A further one beside the cells: this one was never closed.
      if (!tag.closes && draft.cell === null) {
        at = tag.start;
        break;
      }
      depth += tag.closes ? -1 : 1;
      if (depth === 0) {
        at = tag.end;
        closed = true;
        break;
      }
    }
    at = tag.end;
    if (depth > 1) draft.cell?.parts.push(' ');
    else step(draft, tag);
  }
  endRow(draft);
  const grid = placeCells(draft.rows);
  const header = draft.headers === 0 ? null : (draft.headers < draft.rows.length ? draft.headers : 1) - 1;
  return { ...grid, header, caption: tidy(draft.captions), stray, end: at, closed };
}

function step(draft: Draft, tag: Tag): void {
  switch (tag.name) {
    case 'td':
    case 'th':
      endCell(draft);
      if (tag.closes) return;
      draft.row ??= [];
      draft.cell = { parts: [], tag };
      return;
    case 'tr':
      endRow(draft);
      if (!tag.closes) draft.row = [];
      return;
    case 'thead':
    case 'tbody':
    case 'tfoot':
      endRow(draft);
      draft.inHead = tag.name === 'thead' && !tag.closes;
      return;
    case 'caption':
      if (draft.cell !== null) return;
      if (draft.caption !== null) draft.captions.push(...draft.caption);
      draft.caption = tag.closes ? null : [];
      return;
    case 'br':
    case 'p':
    case 'div':
    case 'li':
      (draft.cell?.parts ?? draft.caption)?.push(' ');
  }
}

function endCell(draft: Draft): void {
  if (draft.caption !== null) {
    draft.captions.push(...draft.caption);
    draft.caption = null;
  }
  if (draft.cell === null) return;
  const { parts, tag } = draft.cell;
  draft.row?.push({
    text: tidy(parts),
    header: tag.name === 'th' || draft.inHead,
    rowSpan: spanOf(tag, 'rowspan', MAX_ROW_SPAN),
    columnSpan: spanOf(tag, 'colspan', MAX_COLUMN_SPAN),
  });
  draft.cell = null;
}

function endRow(draft: Draft): void {
  endCell(draft);
  const { row } = draft;
  if (row === null || row.length === 0) return;
  if (draft.headers === draft.rows.length && row.every((cell) => cell.header)) draft.headers += 1;
  draft.rows.push(row);
  draft.row = null;
}
