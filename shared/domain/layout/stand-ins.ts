import type { Box, Word } from '../page.ts';
import type { Row } from './rows.ts';

/** A word without text, as large as a table or figure, that stands for it while the order of a page is found. */
export const standIn = (box: Box): Word => ({ text: '', confidence: 1, box });

export const isStandIn = (row: Row): boolean => row.words[0]?.text === '';

/** A region's rows, each stand-in by itself. */
export function partAtStandIns(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  let open: Row[] = [];
  for (const row of rows) {
    if (!isStandIn(row)) {
      if (open.length === 0) parts.push(open);
      open.push(row);
      continue;
    }
    parts.push([row]);
    open = [];
  }
  return parts;
}
