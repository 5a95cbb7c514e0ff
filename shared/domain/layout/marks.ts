import type { Box, Checkbox } from '../page.ts';

/**
 * A straight line drawn on the page, nearly level or nearly upright: its middle line from the left or upper end to the
 * other, in pixels.
 */
export interface Ruling {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** What a page shows besides words, as found in its pixels or drawn in its file. */
export interface PageMarks {
  rulings: readonly Ruling[];
  checkboxes: readonly Checkbox[];
  /** Boxes of pictures, charts and the like. */
  figures: readonly Box[];
}

export const isLevel = (ruling: Ruling): boolean => Math.abs(ruling.x1 - ruling.x0) >= Math.abs(ruling.y1 - ruling.y0);

export const inside = (box: Box, outer: Box, slack = 0): boolean => {
  const x = (box[0] + box[2]) / 2;
  const y = (box[1] + box[3]) / 2;
  return x >= outer[0] - slack && x <= outer[2] + slack && y >= outer[1] - slack && y <= outer[3] + slack;
};
