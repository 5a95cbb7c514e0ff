import type { Block, Line, PageNumber, Word } from '../page.ts';
import { readPageNumber } from './page-number.ts';
import { rowOf } from './rows.ts';
import { cellsOf, textOf } from './table-cells.ts';

/** Page numbers stand this near to the upper or lower edge, as a share of the page's height. */
const EDGE = 0.1;
const MAX_LINES = 3;

/**
 * The number printed on a page, looked for in the heads and feet and in short blocks at the edges; a block that says
 * nothing else becomes one of kind `pageNumber`.
 */
export function numberPage(
  blocks: readonly Block[],
  lines: readonly Line[],
  words: readonly Word[],
  height: number,
): { blocks: Block[]; pageNumber: PageNumber | null } {
  let best: { pageNumber: PageNumber; rank: number; block: Block; whole: boolean } | null = null;
  for (const block of blocks) {
    const head = block.kind === 'header' || block.kind === 'footer';
    const atEdge = block.box[3] < EDGE * height || block.box[1] > (1 - EDGE) * height;
    const short = block.lines[1] - block.lines[0] <= MAX_LINES;
    if (!head && !(atEdge && short && (block.kind === 'text' || block.kind === 'title'))) continue;
    for (let at = block.lines[0]; at < block.lines[1]; at++) {
      const line = lines[at];
      if (line === undefined) continue;
      const cells = cellsOf(rowOf(words.slice(...line.words))).map(textOf);
      const parts = cells.length > 1 ? [line.text, cells[0] ?? '', cells.at(-1) ?? ''] : [line.text];
      for (const part of parts) {
        const found = readPageNumber(part);
        // In the middle of the page's lines a number is a number.
        if (found === null || (lines.length < MAX_LINES && !/\p{L}/u.test(part))) continue;
        const { total, text } = found.pageNumber;
        const whole = found.whole && part === line.text && block.lines[1] - block.lines[0] === 1;
        const rank = (total === null ? 0 : 4) + (/\p{L}{2}/u.test(text) ? 2 : 0) + (whole ? 1 : 0) + (head ? 0.5 : 0);
        if (best === null || rank >= best.rank) best = { pageNumber: found.pageNumber, rank, block, whole };
      }
    }
  }
  if (best === null) return { blocks: [...blocks], pageNumber: null };
  const { block, whole, pageNumber } = best;
  return { blocks: blocks.map((one) => (one === block && whole ? { ...one, kind: 'pageNumber' } : one)), pageNumber };
}
