import type { Box, Checkbox, Page, PageNumber, Table, Word } from '#shared/domain/page.ts';
import type { TrueCell, TrueTable } from '../support/layout-writer.ts';

/** Right answers among those given and those there were. */
export interface Hits {
  right: number;
  given: number;
  known: number;
}

export const noHits = (): Hits => ({ right: 0, given: 0, known: 0 });

export function addHits(sum: Hits, more: Hits): void {
  sum.right += more.right;
  sum.given += more.given;
  sum.known += more.known;
}

export const f1 = ({ right, given, known }: Hits): number => (given + known === 0 ? 1 : (2 * right) / (given + known));

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

/**
 * Relations between cells next to one another, as `text > text` or `text v text`; cells without text are looked past
 * (Göbel, Hassan, Oro, Orsi: ICDAR 2013 table competition).
 */
function relations(table: { rows: number; columns: number; cells: readonly TrueCell[] }): string[] {
  const cells = table.cells.map((cell) => ({ ...cell, text: plain(cell.text) })).filter((cell) => cell.text !== '');
  const at = new Map<string, (typeof cells)[number]>();
  for (const cell of cells)
    for (let row = cell.row; row < cell.row + cell.rowSpan; row++)
      for (let column = cell.column; column < cell.column + cell.columnSpan; column++) at.set(`${row}:${column}`, cell);
  const found = new Set<string>();
  const link = (way: string, cell: (typeof cells)[number], path: readonly string[]): void => {
    const next = path.map((place) => at.get(place)).find((one) => one !== undefined);
    if (next !== undefined)
      found.add(`${cell.text} ${way} ${next.text} ${cell.row}:${cell.column} ${cells.indexOf(next)}`);
  };
  for (const cell of cells) {
    for (let row = cell.row; row < cell.row + cell.rowSpan; row++)
      link(
        '>',
        cell,
        range(cell.column + cell.columnSpan, table.columns).map((column) => `${row}:${column}`),
      );
    for (let column = cell.column; column < cell.column + cell.columnSpan; column++)
      link(
        'v',
        cell,
        range(cell.row + cell.rowSpan, table.rows).map((row) => `${row}:${column}`),
      );
  }
  return [...found].map((relation) => relation.split(' ').slice(0, 3).join(' '));
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);

/** Shared and own members of two bags. */
function bags(given: readonly string[], known: readonly string[]): Hits {
  const left = new Map<string, number>();
  for (const one of known) left.set(one, (left.get(one) ?? 0) + 1);
  let right = 0;
  for (const one of given) {
    const count = left.get(one) ?? 0;
    if (count === 0) continue;
    left.set(one, count - 1);
    right++;
  }
  return { right, given: given.length, known: known.length };
}

/** Relations of the page's tables against the true ones. A text misread by up to a quarter counts as the true one. */
export function tableHits(found: readonly Table[], truth: readonly TrueTable[]): { relations: Hits; exact: Hits } {
  const texts = new Set(truth.flatMap((table) => table.cells.map((cell) => plain(cell.text))));
  const read = (text: string): string => {
    const own = plain(text);
    if (own === '' || texts.has(own)) return own;
    let best = own;
    let least = 0.25 * own.length;
    for (const other of texts) {
      if (Math.abs(other.length - own.length) > least) continue;
      const distance = editDistance(own, other);
      if (distance <= least) [best, least] = [other, distance - 0.5];
    }
    return best;
  };
  const corrected = found.map((table) => ({
    ...table,
    cells: table.cells.map((cell) => ({ ...cell, text: read(cell.text) })),
  }));
  const shape = (table: { rows: number; columns: number; cells: readonly TrueCell[] }): string =>
    `${table.rows}x${table.columns} ${table.cells
      .filter((cell) => cell.text !== '')
      .map((cell) => `${cell.row},${cell.column},${cell.rowSpan},${cell.columnSpan},${plain(cell.text)}`)
      .sort()
      .join(';')}`;
  return {
    relations: bags(corrected.flatMap(relations), truth.flatMap(relations)),
    exact: bags(corrected.map(shape), truth.map(shape)),
  };
}

/**
 * Reading order: share of pairs of words that come in the right order ((Kendall's tau + 1) / 2), and share of words that
 * are followed by the right one. Words are known again by where they stand.
 */
export function orderScores(page: Page, truth: readonly Word[]): { pairs: number; next: number } {
  const places = truth.map((word) => ({ x: (word.box[0] + word.box[2]) / 2, y: (word.box[1] + word.box[3]) / 2 }));
  const order: number[] = [];
  const taken = new Set<number>();
  for (const { box } of page.words) {
    const inside = places.findIndex(
      ({ x, y }, index) => !taken.has(index) && x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3],
    );
    if (inside < 0) continue;
    taken.add(inside);
    order.push(inside);
  }
  let right = 0;
  let pairs = 0;
  for (let i = 0; i < order.length; i++)
    for (let j = i + 1; j < order.length; j++) {
      pairs++;
      if ((order[i] ?? 0) < (order[j] ?? 0)) right++;
    }
  // Words that were not read leave a gap that nobody can close.
  const rank = new Map([...order].sort((a, b) => a - b).map((word, index) => [word, index]));
  const ranks = order.map((word) => rank.get(word) ?? 0);
  const next = ranks.filter((one, index) => index > 0 && one === (ranks[index - 1] ?? 0) + 1).length;
  return { pairs: pairs === 0 ? 1 : right / pairs, next: ranks.length < 2 ? 1 : next / (ranks.length - 1) };
}

export function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Box): number => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

/** Boxes that overlap by half (intersection over union) and agree. */
export function boxHits<T extends { box: Box }>(
  found: readonly T[],
  truth: readonly T[],
  agree: (a: T, b: T) => boolean,
): Hits {
  const left = new Set(truth);
  let right = 0;
  for (const one of found) {
    const match = [...left].find((other) => overlapOf(one.box, other.box) >= 0.5 && agree(one, other));
    if (match === undefined) continue;
    left.delete(match);
    right++;
  }
  return { right, given: found.length, known: truth.length };
}

export const checkboxHits = (found: readonly Checkbox[], truth: readonly Checkbox[]): Hits =>
  boxHits(found, truth, (a, b) => a.state === b.state);

/** Mean overlap of the true figures with the best that was found. */
export const figureOverlap = (found: readonly Box[], truth: readonly Box[]): number[] =>
  truth.map((box) => Math.max(0, ...found.map((other) => overlapOf(box, other))));

export const samePageNumber = (a: PageNumber | null, b: PageNumber | null): boolean =>
  a?.number === b?.number && (a?.total ?? null) === (b?.total ?? null);
