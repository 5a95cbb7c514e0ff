import type { Glyph } from './ctc.ts';
import { LINE_HEIGHT } from './line-image.ts';

/** Part of a line: `from` and `to` are columns of the line image. */
export interface Span {
  text: string;
  confidence: number;
  from: number;
  to: number;
  glyphs: readonly Glyph[];
}

/**
 * A gap parts two words even where the recognizer gave no space when it is wider than the line's usual gap between letters
 * by this share of its usual pitch, a space being that much wider in type of any spacing; within these bounds, in line heights.
 */
const SPACE = 0.65;
const LEAST_GAP = 0.25;
const WIDE_GAP = 0.47;
/** Of a line with fewer pairs of letters nothing is known: this parts its words. */
const FEW_PAIRS = 5;
const USUAL_GAP = 0.36;

/**
 * The words of a line: parted at the spaces that the recognizer gave, and where the paper shows a gap wider than any
 * between letters. The columns come from the ink (1 where a column has some) between the glyphs' time steps, which are too
 * coarse by themselves.
 */
export function splitWords(ink: Uint8Array, glyphs: readonly Glyph[]): Span[] {
  const words: { glyphs: Glyph[]; from: number; to: number }[] = [];
  let current: { glyphs: Glyph[]; from: number; to: number } | null = null;
  let spaced = true;
  const wide = gapBetweenWords(ink, glyphs);
  for (const glyph of glyphs) {
    if (glyph.text.trim() === '') {
      spaced = true;
      continue;
    }
    const last = current?.glyphs.at(-1);
    if (current === null || last === undefined) {
      current = { glyphs: [glyph], from: firstInk(ink, 0, glyph.step), to: ink.length };
      words.push(current);
    } else {
      const gap = widestGap(ink, last.step, glyph.step);
      if (spaced || gap.to - gap.from > wide) {
        current.to = gap.from;
        current = { glyphs: [glyph], from: gap.to, to: ink.length };
        words.push(current);
      } else current.glyphs.push(glyph);
    }
    spaced = false;
  }
  if (current !== null) current.to = lastInk(ink, current.glyphs.at(-1)?.step ?? 0, ink.length);
  return words.map((word) => ({
    text: word.glyphs.map((glyph) => glyph.text).join(''),
    confidence: word.glyphs.reduce((sum, glyph) => sum + glyph.confidence, 0) / word.glyphs.length,
    glyphs: word.glyphs,
    from: word.from,
    to: Math.max(word.to, word.from + 1),
  }));
}

/** Columns from which a gap parts words in this line, by the statistics of its letters. */
function gapBetweenWords(ink: Uint8Array, glyphs: readonly Glyph[]): number {
  const gaps: number[] = [];
  const pitches: number[] = [];
  for (const [index, glyph] of glyphs.entries()) {
    const next = glyphs[index + 1];
    if (next === undefined || glyph.text.trim() === '' || next.text.trim() === '') continue;
    const gap = widestGap(ink, glyph.step, next.step);
    gaps.push(gap.to - gap.from);
    pitches.push(next.step - glyph.step);
  }
  if (gaps.length < FEW_PAIRS) return USUAL_GAP * LINE_HEIGHT;
  const space = median(gaps) + SPACE * median(pitches);
  return Math.max(LEAST_GAP * LINE_HEIGHT, Math.min(WIDE_GAP * LINE_HEIGHT, space));
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** The longest run of columns without ink between two steps; empty, in the middle, when the ink never stops. */
function widestGap(ink: Uint8Array, from: number, to: number): { from: number; to: number } {
  const start = Math.max(0, Math.floor(from));
  const end = Math.min(ink.length, Math.ceil(to));
  let best = { from: Math.round((from + to) / 2), to: Math.round((from + to) / 2) };
  let runStart = -1;
  for (let x = start; x <= end; x++) {
    if (x < end && ink[x] === 0) {
      if (runStart < 0) runStart = x;
    } else if (runStart >= 0) {
      if (x - runStart > best.to - best.from) best = { from: runStart, to: x };
      runStart = -1;
    }
  }
  return best;
}

function firstInk(ink: Uint8Array, from: number, to: number): number {
  for (let x = from; x < Math.min(to, ink.length); x++) if (ink[x] === 1) return x;
  return from;
}

function lastInk(ink: Uint8Array, from: number, to: number): number {
  for (let x = Math.min(to, ink.length) - 1; x > from; x--) if (ink[x] === 1) return x + 1;
  return to;
}
