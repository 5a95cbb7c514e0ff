/** Kinds of tokens, as small integers because features are made of them. */
export const WORD = 1;
export const NUMBER = 2;
export const MIXED = 3;
export const MARK = 4;
export const BREAK = 5;
export const BLANK_LINE = 6;
/** Between columns: a tab, or three spaces and more. */
export const GAP = 7;

export interface Tokens {
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  kinds: Uint8Array;
}

/** A run without a space is cut here, so that no token costs more than a constant. */
const MAX_TOKEN = 48;

const GAP_WIDTH = 3;
const SPACE = 0;
const LETTER = 1;
const DIGIT = 2;
const SIGN = 3;
const LINE = 4;

const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 10) return LINE;
  if (code <= 32 || code === 127) return SPACE;
  if (code >= 48 && code <= 57) return DIGIT;
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 ? LETTER : SIGN;
});
const UNICODE_LETTER = /[\p{L}\p{M}\u200d]/u;
const UNICODE_DIGIT = /\p{N}/u;
const UNICODE_SPACE = /\s/u;

function classOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return ASCII[code] ?? SIGN;
  if (code < 0x250)
    return code === 0xa0 || code === 0x85 ? SPACE : code < 0xc0 || code === 0xd7 || code === 0xf7 ? SIGN : LETTER;
  const char = String.fromCodePoint(text.codePointAt(at) ?? code);
  if (UNICODE_LETTER.test(char)) return LETTER;
  if (UNICODE_DIGIT.test(char)) return DIGIT;
  return UNICODE_SPACE.test(char) ? SPACE : SIGN;
}

/**
 * Words, numbers, marks (a run of one mark is one token), line breaks and gaps between columns of a range of a text. Words and numbers written
 * together are one token of their own kind. Offsets are UTF-16 units of the text. Linear.
 */
export function tokenize(text: string, from: number, to: number): Tokens {
  const starts: number[] = [];
  const ends: number[] = [];
  const kinds: number[] = [];
  let at = from;
  while (at < to) {
    const kind = classOf(text, at);
    const start = at;
    if (kind === SPACE) {
      let wide = false;
      while (at < to && classOf(text, at) === SPACE) wide = text.charCodeAt(at++) === 9 || wide;
      // Space at the ends of a line is no gap: there is nothing beside it.
      const beside = at < to && classOf(text, at) !== LINE && (kinds.at(-1) ?? BREAK) < BREAK;
      if ((wide || at - start >= GAP_WIDTH) && beside) {
        starts.push(start);
        ends.push(start + 1);
        kinds.push(GAP);
      }
      continue;
    }
    if (kind === LINE) {
      let lines = 1;
      at++;
      while (at < to) {
        const next = classOf(text, at);
        if (next === LINE) lines++;
        else if (next !== SPACE) break;
        at++;
      }
      starts.push(start);
      ends.push(start + 1);
      kinds.push(lines > 1 ? BLANK_LINE : BREAK);
      continue;
    }
    if (kind === SIGN) {
      const code = text.codePointAt(at) ?? 0;
      const width = code > 0xffff ? 2 : 1;
      at += width;
      while (at < to && at - start < MAX_TOKEN && text.codePointAt(at) === code) at += width;
      starts.push(start);
      ends.push(Math.min(at, to));
      kinds.push(MARK);
      continue;
    }
    let letters = false;
    let digits = false;
    let now = kind;
    do {
      if (now === LETTER) letters = true;
      else digits = true;
      at += text.charCodeAt(at) < 0xd800 || (text.codePointAt(at) ?? 0) <= 0xffff ? 1 : 2;
      now = at < to ? classOf(text, at) : SPACE;
    } while ((now === LETTER || now === DIGIT) && at - start < MAX_TOKEN);
    starts.push(start);
    ends.push(Math.min(at, to));
    kinds.push(letters && digits ? MIXED : letters ? WORD : NUMBER);
  }
  return {
    count: starts.length,
    starts: Int32Array.from(starts),
    ends: Int32Array.from(ends),
    kinds: Uint8Array.from(kinds),
  };
}
