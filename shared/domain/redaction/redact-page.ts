import type { Box, Page, Word } from '../page.ts';
import type { Policy } from '../policy.ts';
import type { Entity } from './entity.ts';
import { isRedacted } from './operators.ts';
import { touchedBy } from './overlap.ts';
import type { PageText } from './page-text.ts';

export interface PageRedaction {
  /** To be painted over, pixels of the page image. */
  boxes: Box[];
  /** What may stay in the text layer. */
  words: Word[];
}

const union = (a: Box, b: Box): Box => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];

/** A margin around the box: recognized boxes cut accents, descenders and the edges of bold print. */
function padded(box: Box, page: Pick<Page, 'width' | 'height'>): Box {
  const margin = Math.max(2, (box[3] - box[1]) * 0.12);
  return [
    Math.max(0, Math.floor(box[0] - margin)),
    Math.max(0, Math.floor(box[1] - margin)),
    Math.min(page.width, Math.ceil(box[2] + margin)),
    Math.min(page.height, Math.ceil(box[3] + margin)),
  ];
}

/** Share of the word's area that the box covers. */
export function coverage(word: Box, box: Box): number {
  const width = Math.min(word[2], box[2]) - Math.max(word[0], box[0]);
  const height = Math.min(word[3], box[3]) - Math.max(word[1], box[1]);
  const area = (word[2] - word[0]) * (word[3] - word[1]);
  return width <= 0 || height <= 0 || area <= 0 ? 0 : (width * height) / area;
}

/** Whether the middle of the word lies in the box, `inset` (a share of the box's size) from its edges. */
export function centred(word: Box, box: Box, inset = 0): boolean {
  const x = (word[0] + word[2]) / 2;
  const y = (word[1] + word[3]) / 2;
  const across = (box[2] - box[0]) * inset;
  const down = (box[3] - box[1]) * inset;
  return x > box[0] + across && x < box[2] - across && y > box[1] + down && y < box[3] - down;
}

/** A word that a painted box covers by this share is unreadable or nearly so: it leaves the text layer too. */
const COVERED = 0.3;

/**
 * Boxes and remaining words of a page. A word that an entity touches is boxed whole and dropped; words of one entity on one
 * line are boxed together with the gap between them. `areas` are boxes to cover besides (fields found by their place).
 */
export function redactPage(
  page: Page,
  placed: PageText,
  entities: readonly Entity[],
  policy: Pick<Policy, 'default' | 'entities'>,
  areas: readonly Box[] = [],
): PageRedaction {
  const boxes: Box[] = areas.map((area) => padded(area, page));
  const words = [...placed.words].sort((a, b) => a.start - b.start);
  let next = 0;
  for (const entity of entities) {
    if (!isRedacted(policy, entity.type)) continue;
    while (next > 0 && (words[next - 1]?.end ?? 0) > entity.start) next--;
    while (next < words.length && (words[next]?.end ?? 0) <= entity.start) next++;
    let current: { line: number; box: Box } | undefined;
    for (let i = next; i < words.length && (words[i]?.start ?? 0) < entity.end; i++) {
      const place = words[i];
      const word = place === undefined ? undefined : page.words[place.index];
      if (place === undefined || word === undefined) continue;
      if (current !== undefined && current.line === place.line && place.line >= 0)
        current.box = union(current.box, word.box);
      else {
        if (current !== undefined) boxes.push(padded(current.box, page));
        current = { line: place.line, box: word.box };
      }
    }
    if (current !== undefined) boxes.push(padded(current.box, page));
  }
  const remaining =
    boxes.length === 0
      ? page.words
      : page.words.filter((word) => !boxes.some((box) => coverage(word.box, box) >= COVERED || centred(word.box, box)));
  return { boxes, words: remaining };
}

/** Where an entity stands on its page: one box for each of its lines. */
export function entityBoxes(page: Pick<Page, 'words'>, placed: PageText, entity: Pick<Entity, 'start' | 'end'>): Box[] {
  const byLine = new Map<number, Box>();
  for (const { index, line } of touchedBy(placed.words, entity)) {
    const word = page.words[index];
    if (word === undefined) continue;
    const box = byLine.get(line);
    byLine.set(line, box === undefined ? word.box : union(box, word.box));
  }
  return [...byLine.values()];
}
