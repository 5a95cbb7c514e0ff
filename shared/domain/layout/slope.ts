import type { Box, Page, Word } from '../page.ts';
import type { Ruling } from './marks.ts';
import { median, middle, tallness, unite } from './rows.ts';

const across = (box: Box): number => (box[0] + box[2]) / 2;

/**
 * Slope of the text lines, by the projection profile that is sharpest (after Postl 1986), over at most 600 words and
 * slopes to 9 %, as photographs have them. Level unless another slope is clearly better.
 */
export function slopeOf(words: readonly Word[]): number {
  if (words.length < 8) return 0;
  const height = median(words.map((word) => tallness(word.box)));
  const step = Math.ceil(words.length / 600);
  const sample = words.filter((_, index) => index % step === 0);
  const bin = Math.max(1, height / 3);
  const sharpness = (slope: number): number => {
    const profile = new Map<number, number>();
    for (const word of sample) {
      const at = Math.round((middle(word.box) - slope * across(word.box)) / bin);
      profile.set(at, (profile.get(at) ?? 0) + 1);
      profile.set(at + 1, (profile.get(at + 1) ?? 0) + 0.5);
      profile.set(at - 1, (profile.get(at - 1) ?? 0) + 0.5);
    }
    let sum = 0;
    for (const count of profile.values()) sum += count * count;
    return sum;
  };
  let best = 0;
  let bestSharpness = sharpness(0) * 1.06;
  for (let slope = -0.09; slope <= 0.0901; slope += 0.005) {
    const value = sharpness(slope);
    if (value > bestSharpness) [best, bestSharpness] = [slope, value];
  }
  return best;
}

/** The words as if their lines were level: each moved up or down whole, by the slope at its middle. */
export const levelled = (word: Word, slope: number): Word => {
  const shift = slope * across(word.box);
  const [x0, y0, x1, y1] = word.box;
  return { ...word, box: [x0, y0 - shift, x1, y1 - shift] };
};

export const levelledBox = ([x0, y0, x1, y1]: Box, slope: number): Box => {
  const shift = (slope * (x0 + x1)) / 2;
  return [x0, y0 - shift, x1, y1 - shift];
};

export const levelledRuling = ({ x0, y0, x1, y1 }: Ruling, slope: number): Ruling => ({
  x0,
  y0: y0 - slope * x0,
  x1,
  y1: y1 - slope * x1,
});

/**
 * A page that was laid out level, back on its slope: words as `originals` has them, lines and blocks around their words,
 * tables and cells tilted.
 */
export function tilted(page: Page, slope: number, originals: ReadonlyMap<Word, Word>): Page {
  const words = page.words.map((word) => originals.get(word) ?? word);
  const lines = page.lines.map((line) => ({ ...line, box: unite(words.slice(...line.words).map((word) => word.box)) }));
  const blocks = page.blocks.map((block) => ({
    ...block,
    box:
      block.kind === 'figure'
        ? levelledBox(block.box, -slope)
        : unite(lines.slice(...block.lines).map((line) => line.box)),
  }));
  const tilt = ([x0, y0, x1, y1]: Box): Box => [
    x0,
    y0 + Math.min(slope * x0, slope * x1),
    x1,
    y1 + Math.max(slope * x0, slope * x1),
  ];
  const tables = page.tables.map((table) => ({
    ...table,
    box: tilt(table.box),
    cells: table.cells.map((cell) => ({ ...cell, box: tilt(cell.box) })),
  }));
  return { ...page, words, lines, blocks, tables };
}
