import { LOOKALIKES, SIGNS } from './lookalikes.ts';

/** A text as recognizers see it, with the way back to the input. */
export interface NormalizedText {
  text: string;
  /** Maps a half-open range of `text` to the range of the input that it stands for. */
  toInput(start: number, end: number): { start: number; end: number };
}

/** Printed as nothing: zero-width, soft hyphen, joiners, direction marks, variation selectors. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is looked for by itself, never as a pair
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]/;
const SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;
const DIGIT = /\p{Nd}/u;
/** Compatibility forms: full-width, mathematical, superscript, enclosed. */
const COMPATIBILITY = /[\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u249b\u24b6-\u24e9\uff01-\uff5e\u{1d400}-\u{1d7ff}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII is
const ASCII = /^[\x00-\x7f]*$/;

/** Decimal digits of every script come in runs of ten code points that start at a multiple of ten from the run's zero. */
function digitValue(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return String(code - zero);
}

function plain(char: string): string {
  if (char < '\u0080') return char;
  if (INVISIBLE.test(char)) return '';
  if (SPACE.test(char)) return ' ';
  const sign = SIGNS.get(char);
  if (sign !== undefined) return sign;
  if (COMPATIBILITY.test(char)) return char.normalize('NFKC');
  if (DIGIT.test(char)) return digitValue(char);
  return char;
}

const isSpace = (char: string): boolean => char === ' ' || char === '\n' || char === '\t' || char === '\r';
const LATIN = /[A-Za-z0-9@]/;

/**
 * Undoes what hides a value from a pattern: invisible characters, odd spaces, digits and letters of other scripts that look
 * like ours. Letters are exchanged only in words that already hold a Latin letter, a digit or `@`, so that Russian or Greek
 * prose stays what it is. Linear; ASCII passes through without a map.
 */
export function normalize(input: string): NormalizedText {
  if (ASCII.test(input)) return { text: input, toInput: (start, end) => ({ start, end }) };
  const chars: string[] = [];
  const at: number[] = [];
  let offset = 0;
  let wordStart = 0;
  let latin = false;
  let foreign = false;
  const endWord = () => {
    if (latin && foreign)
      for (let i = wordStart; i < chars.length; i++) chars[i] = LOOKALIKES.get(chars[i] ?? '') ?? chars[i] ?? '';
    wordStart = chars.length;
    latin = false;
    foreign = false;
  };
  for (const char of input) {
    for (const unit of plain(char)) {
      if (isSpace(unit)) {
        endWord();
        wordStart = chars.length + 1;
      } else if (LATIN.test(unit)) latin = true;
      else if (LOOKALIKES.has(unit)) foreign = true;
      // One entry a UTF-16 unit, so that regular-expression indexes can be looked up directly.
      for (let i = 0; i < unit.length; i++) {
        chars.push(unit.charAt(i));
        at.push(offset);
      }
    }
    offset += char.length;
  }
  endWord();
  at.push(offset);
  const starts = Int32Array.from(at);
  return {
    text: chars.join(''),
    toInput: (start, end) => {
      const last = starts[Math.max(start, end - 1)] ?? offset;
      // The end is where the next kept character starts, less what was dropped between: invisible tails stay outside.
      const width = (input.codePointAt(last) ?? 0) > 0xffff ? 2 : 1;
      return {
        start: starts[start] ?? offset,
        end: end <= start ? (starts[start] ?? offset) : Math.min(last + width, offset),
      };
    },
  };
}

/** Lower-case letters and digits only: two prints of one value compare equal. */
export function canonical(value: string): string {
  return normalize(value)
    .text.normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
