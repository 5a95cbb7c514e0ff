import type { Block, Box } from '../page.ts';
import { median, type Row, tallness, unite } from './rows.ts';
import type { FoundTable } from './tables.ts';

/** Lines further apart than this, in line heights, start a new block. */
const PARAGRAPH_GAP = 0.9;
/** Letters this much taller than the page's usual ones make a title. */
const TITLE_HEIGHT = 1.4;
const MARGIN = 0.07;
/** Space between a running head or foot and the body, in line heights. */
const APART = 0.6;
const BULLET = /^(?:[-*•●○▪‣–·]|\(?(?:\d{1,2}|[a-z])[.)])$/u;

export const lineHeight = (row: Row): number => median(row.words.map((word) => tallness(word.box)));

/** Blocks of one region, as half-open ranges of its rows. Tables are blocks of their own. */
export function groupBlocks(
  rows: readonly Row[],
  tables: readonly FoundTable[],
): { rows: [number, number]; table: boolean }[] {
  const blocks: { rows: [number, number]; table: boolean }[] = [];
  let at = 0;
  while (at < rows.length) {
    const table = tables.find((found) => found.rows[0] === at);
    if (table !== undefined) {
      blocks.push({ rows: table.rows, table: true });
      at = table.rows[1];
      continue;
    }
    const stop = Math.min(rows.length, ...tables.map((found) => found.rows[0]).filter((first) => first > at));
    let end = at + 1;
    while (end < stop && joined(rows[end - 1], rows[end])) end++;
    blocks.push({ rows: [at, end], table: false });
    at = end;
  }
  return blocks;
}

function joined(above: Row | undefined, below: Row | undefined): boolean {
  if (above === undefined || below === undefined) return false;
  const a = lineHeight(above);
  const b = lineHeight(below);
  if (Math.max(a, b) > 1.5 * Math.min(a, b)) return false;
  return below.box[1] - above.box[3] <= PARAGRAPH_GAP * Math.max(a, b);
}

/** What a block is, by its height, its place on the page and how its lines begin. */
export function blockKind(
  rows: readonly Row[],
  box: Box,
  page: { height: number; usualHeight: number; lines: number },
): Block['kind'] {
  if (page.lines >= 5 && rows.length <= 2) {
    if (box[3] < MARGIN * page.height) return 'header';
    if (box[1] > (1 - MARGIN) * page.height) return 'footer';
  }
  if (rows.length <= 3 && page.lines >= 3 && median(rows.map(lineHeight)) >= TITLE_HEIGHT * page.usualHeight)
    return 'title';
  const bullets = rows.filter((row) => BULLET.test(row.words[0]?.text ?? '')).length;
  return rows.length >= 2 && bullets >= 0.5 * rows.length ? 'list' : 'text';
}

/** Running heads and feet stand apart from the columns that they head: at most two rows in the margin, with space between. */
export function peelMargins(rows: readonly Row[], pageHeight: number): { head: Row[][]; body: Row[]; foot: Row[][] } {
  let first = 0;
  let end = rows.length;
  const apart = (above: Row | undefined, below: Row | undefined): boolean =>
    above !== undefined &&
    below !== undefined &&
    below.box[1] - above.box[3] > APART * Math.max(lineHeight(above), lineHeight(below));
  for (let at = 1; at <= 2; at++) {
    const last = rows[at - 1];
    if (last !== undefined && last.box[3] < MARGIN * pageHeight && apart(last, rows[at])) first = at;
  }
  for (let at = rows.length - 1; at >= rows.length - 2 && at > first; at--) {
    const top = rows[at];
    if (top !== undefined && top.box[1] > (1 - MARGIN) * pageHeight && apart(rows[at - 1], top)) end = at;
  }
  const region = (part: Row[]): Row[][] => (part.length === 0 ? [] : [part]);
  return { head: region(rows.slice(0, first)), body: rows.slice(first, end), foot: region(rows.slice(end)) };
}

export const blockBox = (rows: readonly Row[]): Box => unite(rows.map((row) => row.box));
