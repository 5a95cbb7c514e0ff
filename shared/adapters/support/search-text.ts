/** A word of a text: how it is compared, and where it stands (UTF-16, half open). */
export interface Token {
  text: string;
  start: number;
  end: number;
}

/** Grows when `tokenize` gives other tokens for some text: what was indexed before must then be indexed again. */
export const TOKENIZER_VERSION = 1;

const MAX_TOKEN = 64;
/** Scripts written without spaces: each character is a token, so that any part of a run can be found as a phrase. */
const UNSPACED =
  '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}]';
/** Soft hyphen, zero-width characters: part of a word for the eye, nothing for the search. */
const INVISIBLE = '\\u00ad\\u200b-\\u200d\\u2060\\ufeff';
const WORD = new RegExp(
  [
    `[${UNSPACED}&&[\\p{L}\\p{N}]][\\p{M}${INVISIBLE}]*`,
    `[[\\p{L}\\p{N}\\p{Co}]--${UNSPACED}](?:[[\\p{L}\\p{N}\\p{M}\\p{Co}]--${UNSPACED}]|[${INVISIBLE}])*`,
  ].join('|'),
  'gv',
);
const STRIPPED = new RegExp(`[\\p{M}${INVISIBLE}]`, 'gu');

/** Without case, accents, width and ligatures. */
function fold(word: string): string {
  if (/^[a-z0-9]+$/.test(word)) return word.slice(0, MAX_TOKEN);
  return word
    .toLowerCase()
    .normalize('NFKD')
    .replace(STRIPPED, '')
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}\p{Co}]/gu, '')
    .slice(0, MAX_TOKEN)
    .toWellFormed();
}

/** The words of a text in order. Text of any script; never fails. */
export function* tokenize(text: string): Generator<Token> {
  for (const match of text.matchAll(WORD)) {
    const folded = fold(match[0]);
    if (folded !== '') yield { text: folded, start: match.index, end: match.index + match[0].length };
  }
}

/** The words as one line, for an index that splits at spaces. */
export function tokenLine(text: string): string {
  const words: string[] = [];
  for (const token of tokenize(text)) words.push(token.text);
  return words.join(' ');
}

/** One thing to look for: words in sequence; `prefix`: the last one may go on. */
export interface Term {
  words: readonly string[];
  prefix: boolean;
}

export interface ParsedQuery {
  /** All must occur. */
  terms: readonly Term[];
  /** None may occur. */
  excluded: readonly Term[];
}

const MAX_QUERY = 1_000;
const MAX_TERMS = 32;
const MAX_WORDS = 128;

/**
 * Reads words, "phrases", -exclusions and prefix*. What is no syntax is taken as words (an open quote, a lone minus); what a
 * word hides between its letters (`O'Brien`, `12.50`, CJK) becomes a phrase. Bounds: the first 1,000 characters, 32 terms.
 */
export function parseQuery(query: string): ParsedQuery {
  const terms: Term[] = [];
  const excluded: Term[] = [];
  let left = MAX_WORDS;
  for (const match of query.slice(0, MAX_QUERY).matchAll(/(-?)(?:"([^"]*)"|([^\s"]+))(\*?)/g)) {
    const [, minus = '', phrase, word = '', star = ''] = match;
    const text = phrase ?? word;
    const words = [...tokenize(text)].map((token) => token.text).slice(0, left);
    if (words.length === 0 || terms.length + excluded.length >= MAX_TERMS) continue;
    left -= words.length;
    const term = { words, prefix: star === '*' || (phrase === undefined && text.endsWith('*')) };
    // Inside a word a minus is a hyphen: only one after a space excludes.
    const excludes = minus === '-' && (match.index === 0 || /\s/.test(query[match.index - 1] ?? ''));
    (excludes ? excluded : terms).push(term);
  }
  return { terms, excluded };
}

const tokenMatches = (token: string, word: string, prefix: boolean): boolean =>
  prefix ? token.startsWith(word) : token === word;

/** Where the terms occur, in order, without overlaps (UTF-16, half open); `term` is the index of the term. */
export function findTerms(
  tokens: readonly Token[],
  terms: readonly Term[],
): { start: number; end: number; term: number }[] {
  const found: { start: number; end: number; term: number }[] = [];
  for (let at = 0; at < tokens.length; at++) {
    let best: { length: number; term: number } | null = null;
    for (const [index, { words, prefix }] of terms.entries()) {
      const hit = words.every((word, offset) =>
        tokenMatches(tokens[at + offset]?.text ?? '', word, prefix && offset === words.length - 1),
      );
      if (hit && words.length > (best?.length ?? 0)) best = { length: words.length, term: index };
    }
    if (best === null) continue;
    const last = at + best.length - 1;
    found.push({ start: tokens[at]?.start ?? 0, end: tokens[last]?.end ?? 0, term: best.term });
    at = last;
  }
  return found;
}

const SNIPPET = 240;
const LEAD = 60;

/** The passage with the most different terms, in one line of plain text, and what matched in it. */
export function makeSnippet(text: string, terms: readonly Term[]): { text: string; highlights: [number, number][] } {
  const tokens = [...tokenize(text)];
  const found = findTerms(tokens, terms);
  let best = { score: 0, at: 0 };
  for (const [index, first] of found.entries()) {
    const inside = new Set<number>();
    for (let other = index; other < found.length && (found[other]?.end ?? 0) <= first.start + SNIPPET - LEAD; other++)
      inside.add(found[other]?.term ?? 0);
    if (inside.size > best.score) best = { score: inside.size, at: first.start };
  }
  // Begins and ends at word boundaries, which lie outside of surrogate pairs.
  const from = tokens.find((token) => token.start >= Math.max(0, best.at - LEAD))?.start ?? 0;
  const begin = best.at - LEAD <= 0 ? 0 : Math.min(from, best.at);
  const last = tokens.findLast((token) => token.end <= begin + SNIPPET);
  const end = text.length <= begin + SNIPPET ? text.length : Math.max(last?.end ?? 0, begin);
  // Whitespace, line breaks included, is shown as spaces of the same length: the ranges stay what they are.
  const shown = (end > begin ? text.slice(begin, end) : text.slice(begin, begin + SNIPPET))
    .replace(/[\s\p{Cc}]/gu, ' ')
    .toWellFormed();
  const highlights = found
    .filter((hit) => hit.start >= begin && hit.end <= begin + shown.length)
    .map((hit): [number, number] => [hit.start - begin, hit.end - begin]);
  return { text: shown, highlights };
}
