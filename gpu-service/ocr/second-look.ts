import type { Glyph } from './ctc.ts';
import { LINE_HEIGHT, type LineImage } from './line-image.ts';
import type { Reading } from './recognizer.ts';
import { splitWords } from './words.ts';

/** Part of a line that is read again: half-open columns, and the words of the first reading that it replaces. */
export interface Segment {
  image: LineImage;
  from: number;
  words: [number, number];
}

/** What is in doubt about the first reading of a line. */
export interface Doubt {
  segments: Segment[];
  words: { glyphs: readonly Glyph[]; from: number; to: number }[];
}

/** Columns of paper that a segment keeps on both sides of its words, where the gaps leave so many. */
const AIR = 16;
/** What a call costs besides its columns, in columns. */
const CALL = 20;
/** Share of the line from which the whole of it is read again. */
const MOST = 0.4;

/** The words of a line that have a character less sure than `sure`, neighbours together; none: nothing is in doubt. */
export function doubtsOf(image: LineImage, ink: Uint8Array, reading: Reading, sure: number): Doubt {
  const words = splitWords(ink, reading.glyphs);
  if (words.length === 0) return { segments: [whole(image, 0)], words };
  const segments: Segment[] = [];
  for (const [index, word] of words.entries()) {
    if (word.glyphs.every((glyph) => glyph.confidence >= sure)) continue;
    const before = segments.at(-1);
    if (before !== undefined && before.words[1] === index) before.words[1] = index + 1;
    else segments.push({ image, from: 0, words: [index, index + 1] });
  }
  const cuts = segments.map(({ words: [first, end] }): Segment => {
    // Up to the middle of the gaps, and no further than there is need of.
    const start = words[first]?.from ?? 0;
    const stop = words[end - 1]?.to ?? image.width;
    const left = words[first - 1]?.to ?? 0;
    const right = words[end]?.from ?? image.width;
    const from = Math.max(0, Math.floor(Math.max((left + start) / 2, start - AIR)));
    const to = Math.min(image.width, Math.ceil(Math.min((right + stop) / 2, stop + AIR)));
    return { image: columnsOf(image, from, to), from, words: [first, end] };
  });
  const total = cuts.reduce((sum, cut) => sum + cut.image.width + CALL, 0);
  return { words, segments: total > MOST * image.width ? [whole(image, words.length)] : cuts };
}

const whole = (image: LineImage, words: number): Segment => ({ image, from: 0, words: [0, words] });

/** The line's reading with what the second recognizer read in its segments. */
export function mended({ words, segments }: Doubt, readings: readonly Reading[]): Reading {
  const glyphs: Glyph[] = [];
  const add = (part: readonly Glyph[], at: number): void => {
    if (part.length === 0) return;
    if (glyphs.length > 0) glyphs.push({ text: ' ', confidence: 1, step: at });
    glyphs.push(...part);
  };
  let next = 0;
  segments.forEach((segment, index) => {
    for (; next < segment.words[0]; next++) add(words[next]?.glyphs ?? [], (words[next]?.from ?? 0) - 1);
    add(
      (readings[index]?.glyphs ?? []).map((glyph) => ({ ...glyph, step: glyph.step + segment.from })),
      segment.from,
    );
    next = segment.words[1];
  });
  for (; next < words.length; next++) add(words[next]?.glyphs ?? [], (words[next]?.from ?? 0) - 1);
  const letters = glyphs.filter((glyph) => glyph.text.trim() !== '');
  const sum = letters.reduce((total, glyph) => total + glyph.confidence, 0);
  return { glyphs, confidence: letters.length === 0 ? 0 : sum / letters.length };
}

function columnsOf({ width, channels }: LineImage, from: number, to: number): LineImage {
  const columns = Math.max(8, to - from);
  return {
    width: columns,
    channels: channels.map((channel) => {
      const out = new Uint8Array(columns * LINE_HEIGHT);
      for (let y = 0; y < LINE_HEIGHT; y++)
        out.set(channel.subarray(y * width + from, y * width + Math.min(width, from + columns)), y * columns);
      return out;
    }),
  };
}
