import { editDistance } from '../edit-distance.ts';
import type { Word } from '../page.ts';
import { canonical } from './normalize.ts';
import { coverage } from './redact-page.ts';

/** Share of a word seen in a picture, or of one of the text layer, from which the two stand in one place. */
const [OF_SEEN, OF_LAYER] = [0.3, 0.5];
/** How alike two readings of one word are, from 0 to 1: what is less was written by nobody. */
const ALIKE = 0.6;

/**
 * Whether the text layer says in that place what was seen there, but for letters that were misread. A layer that says something
 * else (a glyph that draws a name and is called `a`, say) says nothing of what people see; other digits are another number.
 */
export function isWritten(seen: Word, layer: readonly Word[]): boolean {
  const there = layer.filter(({ box }) => coverage(seen.box, box) > OF_SEEN || coverage(box, seen.box) > OF_LAYER);
  if (there.length === 0) return false;
  const text = canonical(seen.text);
  const said = there.map((word) => canonical(word.text));
  // Which way an engine reads a script that runs from right to left is its own.
  const readings = [text, [...text].reverse().join('')];
  return [said.join(''), ...said].some((one) =>
    readings.some((reading) => one.includes(reading) || isMisread(one, reading)),
  );
}

const digitsOf = (text: string): string => text.replace(/\P{Nd}/gu, '');

const isMisread = (said: string, seen: string): boolean =>
  digitsOf(said) === digitsOf(seen) && 1 - editDistance(said, seen) / Math.max(said.length, seen.length, 1) >= ALIKE;
