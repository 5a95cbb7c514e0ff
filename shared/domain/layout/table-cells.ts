import type { Word } from '../page.ts';
import { median, type Row, tallness, unite } from './rows.ts';

/** A gap this wide, in row heights, parts cells rather than words. */
const CELL_GAP = 1;
const NUMERIC = /^[^\p{L}]*\d[^\p{L}]*(?:\p{L}{1,3})?$/u;
/** Amounts may have the code of their currency before them. */
const CURRENCY = /^(?:[A-Z]{3}|RM) (?=\d)/;

/** Words that stand together, left to right; never empty. */
export type Cell = Word[];

export interface Span {
  from: number;
  to: number;
}

/** Words of a row, grouped where no wide gap parts them. */
export function cellsOf(row: Row): Cell[] {
  const gap = CELL_GAP * median(row.words.map((word) => tallness(word.box)));
  const cells: Cell[] = [];
  let last: Word | undefined;
  for (const word of row.words) {
    if (last !== undefined && word.box[0] - last.box[2] < gap) cells.at(-1)?.push(word);
    else cells.push([word]);
    last = word;
  }
  return cells;
}

export function spanOf(cell: Cell): Span {
  const box = unite(cell.map((word) => word.box));
  return { from: box[0], to: box[2] };
}

export const centreOf = (span: Span): number => (span.from + span.to) / 2;
export const textOf = (cell: Cell): string => cell.map((word) => word.text).join(' ');
export const isNumeric = (cell: Cell): boolean => NUMERIC.test(textOf(cell).replace(CURRENCY, ''));
export const isYear = (cell: Cell): boolean => /^(?:19|20)\d\d$/.test(textOf(cell));

/** Space between `x` and the span, 0 inside it. */
export const distance = (span: Span, x: number): number => Math.max(span.from - x, x - span.to, 0);
