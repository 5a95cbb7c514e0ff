import { hashPart, hashText, mix } from './hash.ts';
import {
  BIT,
  fold,
  type Lexicon,
  MAX_PHRASE,
  PHRASE_BEGIN,
  PHRASE_BITS,
  PHRASE_INSIDE,
  phraseKey,
  wordKey,
} from './lexicon.ts';
import { BLANK_LINE, BREAK, MARK, NUMBER, type Tokens, WORD } from './tokenize.ts';

/** What is known of each token of a piece of text, as numbers; arrays are padded by `PAD` at each end. */
export interface TokenFacts {
  word: Int32Array;
  shape: Int32Array;
  bits: Int32Array;
  /** Of the words that it keeps company with; 0 for a word that is not known. */
  cluster: Int32Array;
  suffix2: Int32Array;
  suffix3: Int32Array;
  suffix4: Int32Array;
  prefix3: Int32Array;
  /** The word before the last colon of the line, or of the line above where it ends in one. */
  label: Int32Array;
  /** How the line is written: small letters, capitals, a heading, prose. */
  style: Int32Array;
  /** Where in the line. */
  place: Int32Array;
  /** How much of the paragraph up to here is prose, by its small connecting words: 0 to 3. */
  prose: Int32Array;
  /** What an address would go on with: the next few words' kinds of unit, long number and line break. */
  ahead: Int32Array;
  kind: Uint8Array;
}

export const PAD = 3;
const START = hashText('\u0001start');
const END = hashText('\u0001end');
const COLON = 58;

/** Upper, lower, digit, other, in runs; a number by its length and what it could count. */
function shapeOf(text: string, kind: number): number {
  if (kind === MARK || kind >= BREAK) return mix(kind, hashText(text.slice(0, 2)));
  if (kind === NUMBER) {
    const value = text.length <= 4 ? Number(text) : -1;
    const sort =
      value < 0
        ? 0
        : text.length === 4
          ? value >= 1850 && value < 2100
            ? 1
            : 2
          : value === 0
            ? 3
            : value <= 12
              ? 4
              : value <= 31
                ? 5
                : value <= 110
                  ? 6
                  : 7;
    return mix(sort + 16, Math.min(text.length, 12));
  }
  let runs = kind;
  let last = 0;
  let count = 0;
  for (let i = 0; i < text.length && count < 5; i++) {
    const code = text.charCodeAt(i);
    const upper = code < 128 ? code >= 65 && code <= 90 : text.charAt(i) !== text.charAt(i).toLowerCase();
    const digit = code >= 48 && code <= 57;
    const now = digit ? 3 : upper ? 1 : code === 95 ? 4 : 2;
    if (now !== last) {
      runs = runs * 5 + now;
      count++;
    } else if (i === 1) runs += 7 * 3125 * 5;
    last = now;
  }
  return mix(runs, text.length === 1 ? 1 : text.length <= 3 ? 2 : 3);
}

const padded = (count: number): Int32Array => new Int32Array(count + 2 * PAD);

/** `keep` decides whether a listed word is taken as listed: training hides some, to learn what to do without lists. */
export function factsOf(
  text: string,
  tokens: Tokens,
  lexicon: Lexicon,
  keep: (index: number) => boolean = () => true,
): TokenFacts {
  const { count } = tokens;
  const facts: TokenFacts = {
    word: padded(count)
      .fill(START, 0, PAD)
      .fill(END, count + PAD),
    shape: padded(count)
      .fill(START, 0, PAD)
      .fill(END, count + PAD),
    bits: padded(count),
    cluster: padded(count),
    suffix2: padded(count),
    suffix3: padded(count),
    suffix4: padded(count),
    prefix3: padded(count),
    label: padded(count),
    style: padded(count),
    place: padded(count),
    prose: padded(count),
    ahead: padded(count),
    kind: new Uint8Array(count + 2 * PAD),
  };
  const keys = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const at = i + PAD;
    const raw = text.slice(tokens.starts[i], tokens.ends[i]);
    const kind = tokens.kinds[i] ?? WORD;
    facts.kind[at] = kind;
    facts.shape[at] = shapeOf(raw, kind);
    if (kind === MARK || kind >= BREAK) {
      facts.word[at] = kind >= BREAK ? kind : hashText(raw.slice(0, 2));
      keys[i] = kind === MARK ? wordKey(raw.slice(0, 2)) : 0;
      continue;
    }
    const folded = fold(raw);
    const plain = kind === WORD ? folded : folded.replace(/\d/g, '0');
    facts.word[at] = kind === NUMBER ? mix(facts.shape[at] ?? 0, 1) : hashText(plain);
    keys[i] = wordKey(folded);
    if (kind === NUMBER) continue;
    const { length } = plain;
    facts.suffix2[at] = hashPart(plain, length - 2, length, 2);
    facts.suffix3[at] = hashPart(plain, length - 3, length, 3);
    facts.suffix4[at] = hashPart(plain, length - 4, length, 4);
    facts.prefix3[at] = hashPart(plain, 0, Math.min(3, length), 6);
  }
  lookUp(facts, keys, tokens, lexicon, keep);
  lines(facts, text, tokens);
  surroundings(facts, text, tokens);
  return facts;
}

/** Tokens that are looked ahead for the rest of an address. */
const AHEAD = 14;

const SENTENCE_ENDS = '.!?:';

/** Prose before and an address ahead, a paragraph at a time. */
function surroundings(facts: TokenFacts, text: string, { count, starts, ends, kinds }: Tokens): void {
  const { bits, prose, ahead } = facts;
  let small = 0;
  for (let i = 0; i < count; i++) {
    // A sentence that goes on in the next line is still the same prose; one that ended with its line is not.
    const ended = kinds[i] === BREAK && i > 0 && SENTENCE_ENDS.includes(text.charAt(starts[i - 1] ?? 0));
    if (kinds[i] === BLANK_LINE || ended) small = 0;
    prose[i + PAD] = Math.min(3, small);
    if (((bits[i + PAD] ?? 0) & BIT.FUNCTION) !== 0) small++;
  }
  // From the end: how far it is to the next street or unit word, long number and line break.
  let street = AHEAD;
  let long = AHEAD;
  let lineBreak = AHEAD;
  for (let i = count - 1; i >= 0; i--) {
    const kind = kinds[i] ?? WORD;
    ahead[i + PAD] = (street < AHEAD ? 1 : 0) | (long < AHEAD ? 2 : 0) | (lineBreak < AHEAD ? 4 : 0) | 8;
    street = Math.min(AHEAD, street + 1);
    long = Math.min(AHEAD, long + 1);
    lineBreak = Math.min(AHEAD, lineBreak + 1);
    if (kind === BLANK_LINE) street = long = lineBreak = AHEAD;
    else if (kind === BREAK) lineBreak = 0;
    else if (((bits[i + PAD] ?? 0) & BIT.STREET_WORD) !== 0) street = 0;
    else if (kind === NUMBER && (ends[i] ?? 0) - (starts[i] ?? 0) > 3) long = 0;
  }
}

function lookUp(
  facts: TokenFacts,
  keys: Int32Array,
  tokens: Tokens,
  lexicon: Lexicon,
  keep: (index: number) => boolean,
): void {
  const { count } = tokens;
  const { bits, cluster } = facts;
  for (let i = 0; i < count; i++) {
    if (!keep(i)) continue;
    const key = keys[i] ?? 0;
    const place = key === 0 ? -1 : lexicon.find(key);
    const own = lexicon.bitsAt(place);
    cluster[i + PAD] = lexicon.clusterAt(place);
    bits[i + PAD] = (bits[i + PAD] ?? 0) | (own & ~BIT.GOES_ON);
    if ((own & BIT.GOES_ON) === 0) continue;
    let joined = key;
    let best = 0;
    let bestBits = 0;
    for (let k = 1; k < MAX_PHRASE && i + k < count; k++) {
      const word = keys[i + k] ?? 0;
      // A comma never stands inside a listed phrase, a line break may (in a narrow column).
      if (word === 0 || !keep(i + k)) break;
      joined = phraseKey(joined, word);
      const found = lexicon.bitsAt(lexicon.find(joined));
      if ((found & PHRASE_BITS) !== 0) {
        best = k;
        bestBits = found & PHRASE_BITS;
      }
      if ((found & BIT.GOES_ON) === 0) break;
    }
    for (let k = 0; k <= best && best > 0; k++)
      bits[i + k + PAD] = (bits[i + k + PAD] ?? 0) | bestBits | (k === 0 ? PHRASE_BEGIN : PHRASE_INSIDE);
  }
}

const isUpper = (code: number): boolean => code >= 65 && code <= 90;

/** Label, style and place of the tokens, a line at a time. */
function lines(facts: TokenFacts, text: string, tokens: Tokens): void {
  const { count, starts, ends, kinds } = tokens;
  let carried = 0;
  for (let from = 0; from < count; ) {
    let to = from;
    let words = 0;
    let small = 0;
    let capital = 0;
    let upper = 0;
    while (to < count && (kinds[to] ?? 0) < BREAK) {
      const start = starts[to] ?? 0;
      const length = (ends[to] ?? 0) - start;
      if (kinds[to] === WORD && length > 1) {
        words++;
        const first = text.charAt(start);
        const lower = first.toLowerCase() === first;
        if (lower) small++;
        else if (isUpper(text.charCodeAt(start + 1)) && isUpper(text.charCodeAt(start + length - 1))) upper++;
        else capital++;
      }
      to++;
    }
    const style =
      words === 0
        ? 1
        : small === words
          ? words < 3
            ? 2
            : 3
          : upper >= words * 0.8
            ? 4
            : capital + upper >= words * 0.75
              ? words < 4
                ? 5
                : 6
              : 7;
    let label = carried;
    carried = 0;
    for (let i = from; i < to; i++) {
      const at = i + PAD;
      facts.label[at] = label;
      facts.style[at] = style;
      const fromEnd = to - 1 - i;
      facts.place[at] = i === from ? (fromEnd === 0 ? 1 : 2) : i === from + 1 ? 3 : fromEnd === 0 ? 4 : 5;
      if (kinds[i] === MARK && text.charCodeAt(starts[i] ?? 0) === COLON && i > from) {
        label = facts.word[at - 1] ?? 0;
        if (i === to - 1) carried = label;
      }
    }
    for (let i = to; i < count && i < to + 1; i++) facts.place[i + PAD] = kinds[i] === BLANK_LINE ? 6 : 7;
    from = to + 1;
  }
}
