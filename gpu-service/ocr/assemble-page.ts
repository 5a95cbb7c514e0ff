import { layoutPage } from '../../shared/domain/layout/layout-page.ts';
import type { Box, Page } from '../../shared/domain/page.ts';
import { findMarks } from './page-marks.ts';
import type { ReadResult } from './page-reader.ts';
import { type Raster, turn, turnBoxBack } from './raster.ts';

/**
 * The page's layout, found with the text upright, its boxes turned back into the image as it came. With `raster`, the image
 * as it came, the lines, check boxes and figures that it shows take part.
 */
export function assemblePage(
  page: Pick<Page, 'number' | 'width' | 'height' | 'dpi'>,
  { words, turned }: ReadResult,
  raster?: Raster,
): Page {
  const across = turned === 90 || turned === 270;
  const upright = layoutPage({
    ...page,
    width: across ? page.height : page.width,
    height: across ? page.width : page.height,
    source: 'ocr',
    words,
    ...(raster === undefined ? {} : findMarks(turn(raster, turned), words)),
  });
  if (turned === 0) return upright;
  const back = <T extends { box: Box }>(thing: T): T => ({
    ...thing,
    box: turnBoxBack(thing.box, turned, page.width, page.height),
  });
  return {
    ...upright,
    width: page.width,
    height: page.height,
    words: upright.words.map(back),
    lines: upright.lines.map(back),
    blocks: upright.blocks.map(back),
    tables: upright.tables.map((table) => ({ ...back(table), cells: table.cells.map(back) })),
    checkboxes: upright.checkboxes.map(back),
  };
}
