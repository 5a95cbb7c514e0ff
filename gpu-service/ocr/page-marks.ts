import { inside, type PageMarks } from '../../shared/domain/layout/marks.ts';
import type { Word } from '../../shared/domain/page.ts';
import { findCheckboxes } from './check-boxes.ts';
import { findFigures } from './figures.ts';
import { inkMap } from './ink-map.ts';
import type { Raster } from './raster.ts';
import { findRulings } from './rulings.ts';

/** Height of letters on a page without words, as a share of its height. */
const USUAL_LETTERS = 0.012;

/** What an upright page shows besides its `words`, in its pixels. */
export function findMarks(raster: Raster, words: readonly Word[]): PageMarks {
  const map = inkMap(raster);
  const boxes = words.map((word) => word.box);
  const heights = boxes.map((box) => box[3] - box[1]).sort((a, b) => a - b);
  const letters = heights[heights.length >> 1] ?? USUAL_LETTERS * raster.height;
  const rulings = findRulings(map, boxes, letters);
  const figures = findFigures(map, boxes, rulings);
  const checkboxes = findCheckboxes(map, words, letters).filter(
    ({ box }) => !figures.some((figure) => inside(box, figure)),
  );
  return { rulings, checkboxes, figures };
}
