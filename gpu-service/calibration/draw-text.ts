import { GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import type { Box } from '../../shared/domain/page.ts';
import type { Random } from './random.ts';

export interface TruthWord {
  text: string;
  /** In pixels of the page. */
  box: Box;
}

const WANTED = [
  'Liberation Sans',
  'Liberation Serif',
  'Liberation Mono',
  'Liberation Sans Narrow',
  'DejaVu Sans',
  'DejaVu Sans Mono',
  'DejaVu Serif',
  'Arial',
  'Times New Roman',
  'Courier New',
  'Helvetica',
  'Noto Sans',
  'Noto Serif',
  'Noto Sans Mono',
];
const MONO = /mono|courier/i;

/**
 * Latin text fonts of this system: those that are known to be, or else whatever there is. Throws where there is none, as
 * pages of empty boxes would calibrate a model to nothing.
 */
export function textFonts(): { all: [string, ...string[]]; mono: [string, ...string[]] } {
  const families = GlobalFonts.families.map(({ family }) => family);
  const known = families.filter((family) => WANTED.includes(family));
  const [first, ...others] = known.length > 0 ? known : families;
  if (first === undefined)
    throw new Error('No fonts are installed, so no pages can be drawn; install some, for example fonts-liberation.');
  const [mono = first, ...moreMono] = [first, ...others].filter((family) => MONO.test(family));
  return { all: [first, ...others], mono: [mono, ...moreMono] };
}

export interface Pen {
  context: SKRSContext2D;
  random: Random;
  words: TruthWord[];
}

/** Draws a line at its baseline and notes where each word lies. Gives the width. */
export function drawLine(pen: Pen, text: string, x: number, baseline: number, size: number, family: string): number {
  const { context } = pen;
  context.font = `${size}px "${family}"`;
  context.fillText(text, x, baseline);
  for (const match of text.matchAll(/\S+/g)) {
    const left = x + context.measureText(text.slice(0, match.index)).width;
    const metrics = context.measureText(match[0]);
    pen.words.push({
      text: match[0],
      box: [
        left,
        baseline - metrics.actualBoundingBoxAscent,
        left + metrics.width,
        baseline + metrics.actualBoundingBoxDescent,
      ],
    });
  }
  return context.measureText(text).width;
}
