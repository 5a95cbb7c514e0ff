import { type Block, type Line, type Page, PLAIN_PAGE, type Table, type Word } from '../page.ts';
import { blockBox, blockKind, groupBlocks, lineHeight, peelMargins } from './blocks.ts';
import { arrangeColumns } from './columns.ts';
import { groupRows, median } from './rows.ts';
import { levelled, slopeOf, tilted } from './slope.ts';
import { findTables } from './tables.ts';

type LoosePage = Pick<Page, 'number' | 'width' | 'height' | 'dpi' | 'source'> & { words: readonly Word[] };

/**
 * A page from loose words: rows, columns in reading order, blocks, tables. Every word that is not blank appears exactly
 * once, in reading order. The text is taken to stand upright and to run from left to right; what was read off a picture may
 * lean, as photographs do.
 */
export function layoutPage(page: LoosePage): Page {
  const slope = page.source === 'ocr' ? slopeOf(page.words.filter((word) => word.text.trim() !== '')) : 0;
  if (slope === 0) return layoutLevel(page);
  const originals = new Map(page.words.map((word) => [levelled(word, slope), word]));
  return tilted(layoutLevel({ ...page, words: [...originals.keys()] }), slope, originals);
}

function layoutLevel(page: LoosePage): Page {
  const given = page.words.filter((word) => word.text.trim() !== '');
  const { head, body, foot } = peelMargins(groupRows(given), page.height);
  const regions = [...head, ...arrangeColumns(body), ...foot];
  const rows = regions.flat();
  const about = { height: page.height, usualHeight: median(rows.map(lineHeight)), lines: rows.length };
  const words: Word[] = [];
  const lines: Line[] = [];
  const blocks: Block[] = [];
  const tables: Table[] = [];
  for (const region of regions) {
    const found = findTables(region);
    for (const block of groupBlocks(region, found)) {
      const members = region.slice(...block.rows);
      const firstLine = lines.length;
      for (const row of members) {
        const firstWord = words.length;
        words.push(...row.words);
        lines.push({
          text: row.words.map((word) => word.text).join(' '),
          confidence: row.words.reduce((sum, word) => sum + word.confidence, 0) / row.words.length,
          box: row.box,
          words: [firstWord, words.length],
        });
      }
      const box = blockBox(members);
      blocks.push({
        kind: block.table ? 'table' : blockKind(members, box, about),
        box,
        lines: [firstLine, lines.length],
        content: null,
      });
    }
    tables.push(...found.map((one) => one.table));
  }
  const { number, width, height, dpi, source } = page;
  return { ...PLAIN_PAGE, number, width, height, dpi, source, words, lines, blocks, tables };
}
