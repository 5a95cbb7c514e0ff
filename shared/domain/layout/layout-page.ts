import { type Page, PLAIN_PAGE, type Word } from '../page.ts';
import { blockBox, blockKind, groupBlocks, lineHeight, peelMargins } from './blocks.ts';
import { checkboxesOf } from './check-marks.ts';
import { arrangeColumns } from './columns.ts';
import type { PageMarks } from './marks.ts';
import { numberPage } from './number-page.ts';
import { takeObjects } from './objects.ts';
import { byHeight, groupRows, median, rowOf } from './rows.ts';
import { findRuledTables } from './ruled-tables.ts';
import { Sheet } from './sheet.ts';
import { levelled, levelledBox, levelledRuling, slopeOf, tilted } from './slope.ts';
import { isStandIn, partAtStandIns, standIn } from './stand-ins.ts';
import { findTables } from './tables.ts';

export type LoosePage = Pick<Page, 'number' | 'width' | 'height' | 'dpi' | 'source'> & {
  words: readonly Word[];
} & Partial<PageMarks>;

/**
 * A page from loose words and what else it shows: rows, columns in reading order, blocks, tables, check boxes, page number.
 * Every word that is not blank appears exactly once, in reading order. The text is taken to stand upright and to run from
 * left to right; what was read off a picture may lean, as photographs do. Marks are in the pixels of the words.
 */
export function layoutPage(page: LoosePage): Page {
  const slope = page.source === 'ocr' ? slopeOf(page.words.filter((word) => word.text.trim() !== '')) : 0;
  if (slope === 0) return layoutLevel(page);
  const originals = new Map(page.words.map((word) => [levelled(word, slope), word]));
  const level = layoutLevel({
    ...page,
    words: [...originals.keys()],
    rulings: (page.rulings ?? []).map((ruling) => levelledRuling(ruling, slope)),
    figures: (page.figures ?? []).map((box) => levelledBox(box, slope)),
  });
  return { ...tilted(level, slope, originals), checkboxes: checkboxesOf(page.words, page.checkboxes ?? []) };
}

function layoutLevel(page: LoosePage): Page {
  const { number, width, height, dpi, source, rulings = [], checkboxes = [], figures = [] } = page;
  const given = page.words.filter((word) => word.text.trim() !== '');
  const { objects, loose } = takeObjects(given, findRuledTables(given, rulings), figures);
  const standing = new Map(objects.map((object) => [standIn(object.box), object]));
  const { head, body, foot } = peelMargins(groupRows(loose), height);
  const stands = [...standing.keys()].map((word) => rowOf([word]));
  const regions = [...head, ...arrangeColumns([...body, ...stands].sort(byHeight)), ...foot];
  const rows = regions.flat().filter((row) => !isStandIn(row));
  const about = { height, usualHeight: median(rows.map(lineHeight)), lines: rows.length };
  const sheet = new Sheet();
  for (const part of regions.flatMap(partAtStandIns)) {
    const [word] = part[0]?.words ?? [];
    const object = word === undefined ? undefined : standing.get(word);
    if (object !== undefined) {
      sheet.add(object.kind, object.lines, object.box);
      if (object.table !== null) sheet.tables.push(object.table);
      continue;
    }
    const found = findTables(part, rulings);
    for (const block of groupBlocks(part, found)) {
      const members = part.slice(...block.rows);
      const box = blockBox(members);
      sheet.add(block.table ? 'table' : blockKind(members, box, about), members, box);
    }
    sheet.tables.push(...found.map((one) => one.table));
  }
  const { words, lines, tables } = sheet;
  const { blocks, pageNumber } = numberPage(sheet.blocks, lines, words, height);
  const boxes = checkboxesOf(words, checkboxes);
  return {
    ...PLAIN_PAGE,
    number,
    width,
    height,
    dpi,
    source,
    words,
    lines,
    blocks,
    tables,
    checkboxes: boxes,
    pageNumber,
  };
}
