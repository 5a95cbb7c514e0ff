import type { Glyph } from './ctc.ts';
import { LINE_HEIGHT, type LineImage } from './line-image.ts';

/** Part of a line: `from` and `to` are columns of the line image. */
export interface Span {
  text: string;
  confidence: number;
  from: number;
  to: number;
}

/** A gap this wide, in line heights, parts two words even where the recognizer gave no space. */
const WIDE_GAP = 0.42;

/**
 * The words of a line: parted at the spaces that the recognizer gave, and where the paper shows a gap wider than any
 * between letters. The columns come from the ink between the glyphs' time steps, which are too coarse by themselves.
 */
export function splitWords(line: LineImage, glyphs: readonly Glyph[]): Span[] {
  const ink = inkColumns(line);
  const words: { glyphs: Glyph[]; from: number; to: number }[] = [];
  let current: { glyphs: Glyph[]; from: number; to: number } | null = null;
  let spaced = true;
  for (const glyph of glyphs) {
    if (glyph.text.trim() === '') {
      spaced = true;
      continue;
    }
    const last = current?.glyphs.at(-1);
    if (current === null || last === undefined) {
      current = { glyphs: [glyph], from: firstInk(ink, 0, glyph.step), to: line.width };
      words.push(current);
    } else {
      const gap = widestGap(ink, last.step, glyph.step);
      if (spaced || gap.to - gap.from > WIDE_GAP * LINE_HEIGHT) {
        current.to = gap.from;
        current = { glyphs: [glyph], from: gap.to, to: line.width };
        words.push(current);
      } else current.glyphs.push(glyph);
    }
    spaced = false;
  }
  if (current !== null) current.to = lastInk(ink, current.glyphs.at(-1)?.step ?? 0, line.width);
  return words.map((word) => ({
    text: word.glyphs.map((glyph) => glyph.text).join(''),
    confidence: word.glyphs.reduce((sum, glyph) => sum + glyph.confidence, 0) / word.glyphs.length,
    from: word.from,
    to: Math.max(word.to, word.from + 1),
  }));
}

/** 1 where a column has ink: it differs from the paper by a good part of the line's contrast. */
function inkColumns({ width, channels }: LineImage): Uint8Array {
  // Green stands for grey: it has most of the light, and noise least.
  const pixels = channels[channels.length >> 1] ?? new Uint8Array(width * LINE_HEIGHT);
  // The outermost rows belong to the margin that detection adds, where neighbouring lines reach in.
  const margin = Math.round(LINE_HEIGHT * 0.12);
  const from = margin * width;
  const to = (LINE_HEIGHT - margin) * width;
  const counts = new Uint32Array(256);
  for (let at = from; at < to; at++) {
    const value = pixels[at] ?? 0;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  const paper = quantile(counts, (to - from) * 0.5);
  const dark = paper - quantile(counts, (to - from) * 0.03);
  const light = quantile(counts, (to - from) * 0.97) - paper;
  const threshold = Math.max(8, 0.4 * Math.max(dark, light));
  const low = dark >= light ? paper - threshold : -1;
  const high = dark >= light ? 256 : paper + threshold;
  const ink = new Uint8Array(width);
  for (let at = from, x = 0; at < to; at++) {
    const value = pixels[at] ?? 0;
    if (value < low || value > high) ink[x] = 1;
    if (++x === width) x = 0;
  }
  return ink;
}

/** The value below which `rank` of the counted lie. */
function quantile(counts: Uint32Array, rank: number): number {
  let seen = 0;
  for (let value = 0; value < counts.length; value++) {
    seen += counts[value] ?? 0;
    if (seen > rank) return value;
  }
  return counts.length - 1;
}

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
