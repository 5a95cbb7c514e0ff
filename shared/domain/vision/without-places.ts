import type { Box, Page } from '../page.ts';

/** The page as one that says what is written and not where: every box becomes the whole page. */
export function withoutPlaces(page: Page): Page {
  const box: Box = [0, 0, page.width, page.height];
  const placeless = <T extends { box: Box }>(parts: readonly T[]): T[] => parts.map((part) => ({ ...part, box }));
  return {
    ...page,
    geometry: 'none',
    words: placeless(page.words),
    lines: placeless(page.lines),
    blocks: placeless(page.blocks),
    tables: page.tables.map((table) => ({ ...table, box, cells: placeless(table.cells) })),
    checkboxes: placeless(page.checkboxes),
  };
}
