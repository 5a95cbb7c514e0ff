import type { Box, Table, Word } from '../page.ts';
import { inside } from './marks.ts';
import { groupRows, type Row } from './rows.ts';
import type { RuledTable } from './ruled-tables.ts';

/** What has a place in the reading order as a whole: its lines are its own. */
export interface PageObject {
  kind: 'table' | 'figure';
  box: Box;
  lines: Row[];
  table: Table | null;
}

/** A figure that holds more words than this share of its box is text. */
const MAX_TEXT = 0.5;

/** Tables and figures as objects, and the words that are in none of them. */
export function takeObjects(
  words: readonly Word[],
  tables: readonly RuledTable[],
  figures: readonly Box[],
): { objects: PageObject[]; loose: Word[] } {
  const taken = new Set<Word>(tables.flatMap((table) => table.words));
  const objects: PageObject[] = tables.map(({ table, lines }) => ({ kind: 'table', box: table.box, lines, table }));
  let loose = words.filter((word) => !taken.has(word));
  for (const figure of figures) {
    if (objects.some((object) => overlap(object.box, figure) > 0.3 * areaOf(figure))) continue;
    const within = loose.filter((word) => inside(word.box, figure));
    if (within.reduce((sum, word) => sum + areaOf(word.box), 0) > MAX_TEXT * areaOf(figure)) continue;
    const members = new Set(within);
    loose = loose.filter((word) => !members.has(word));
    objects.push({ kind: 'figure', box: figure, lines: groupRows(within), table: null });
  }
  return { objects, loose };
}

const areaOf = (box: Box): number => Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);

function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}
