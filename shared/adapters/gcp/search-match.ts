import type { SearchHit, SearchParams } from '../../ports/search-index.ts';
import { DATE_FILTER, numberOf } from '../support/search-filters.ts';
import { findTerms, makeSnippet, type ParsedQuery, type Term, type Token, tokenize } from '../support/search-text.ts';
import { type EntryStats, prefixTerm } from './search-entry.ts';

/** Okapi BM25 (Robertson and Zaragoza, 2009), with the usual constants. */
const K1 = 1.2;
const B = 0.75;
/** A match in the name counts as much as this many in the text. */
const NAME_WEIGHT = 10;
/** Pages looked at for the passage to show when no page has all terms. */
const MAX_PAGES_COMPARED = 20;

export interface PageText {
  number: number;
  text: string;
}

/** The terms that stand in the index for a query's term; all of them are in every document that matches. */
export const indexTerms = ({ words, prefix }: Term): string[] =>
  words.map((word, i) => (prefix && i === words.length - 1 ? prefixTerm(word) : word));

const isPhrase = ({ words }: Term): boolean => words.length > 1;

/** How often a single word, or the beginning of one, stands in the name and in the text. */
function countsOf(stats: EntryStats, { words, prefix }: Term): [number, number] {
  const [word = ''] = words;
  if (!prefix) {
    const [name, body] = stats.words.get(word) ?? [0, 0];
    return [name, body];
  }
  let total: [number, number] = [0, 0];
  for (const [candidate, [name, body]] of stats.words)
    if (candidate.startsWith(word)) total = [total[0] + name, total[1] + body];
  return total;
}

const hasWords = (stats: EntryStats, { words, prefix }: Term): boolean =>
  words.every((word, i) => {
    const [name, body] = countsOf(stats, { words: [word], prefix: prefix && i === words.length - 1 });
    return name + body > 0;
  });

/** What can be told without the text: false when the document cannot match. */
export function mayMatch(stats: EntryStats, { terms, excluded }: ParsedQuery): boolean {
  return (
    terms.every((term) => hasWords(stats, term)) && !excluded.some((term) => !isPhrase(term) && hasWords(stats, term))
  );
}

/** Whether the text has to be read to be sure. */
export const needsText = (stats: EntryStats, { terms, excluded }: ParsedQuery): boolean =>
  terms.some(isPhrase) || excluded.some((term) => isPhrase(term) && hasWords(stats, term));

export interface Matched {
  /** Of each term, in the name and in the text. */
  counts: [number, number][];
}

/** Null when the document does not match. `pages` are needed where `needsText` says so. A phrase may run over pages. */
export function match(stats: EntryStats, parsed: ParsedQuery, pages: readonly PageText[] | null): Matched | null {
  if (!mayMatch(stats, parsed)) return null;
  let tokens: { name: Token[]; body: Token[] } | null = null;
  const occurrences = (term: Term): [number, number] => {
    if (!isPhrase(term)) return countsOf(stats, term);
    tokens ??= {
      name: [...tokenize(stats.filename)],
      body: (pages ?? []).flatMap((page) => [...tokenize(page.text)]),
    };
    return [findTerms(tokens.name, [term]).length, findTerms(tokens.body, [term]).length];
  };
  const found = (term: Term): boolean => {
    const [name, body] = occurrences(term);
    return name + body > 0;
  };
  if (parsed.excluded.some((term) => hasWords(stats, term) && found(term))) return null;
  const counts = parsed.terms.map(occurrences);
  return counts.every(([name, body]) => name + body > 0) ? { counts } : null;
}

/** `documents`: how many have each term; all of the tenant's own. */
export function score(
  stats: EntryStats,
  { counts }: Matched,
  corpus: { total: number; averageLength: number; documents: readonly number[] },
): number {
  const length = stats.nameWords + stats.bodyWords;
  const norm = K1 * (1 - B + (B * length) / Math.max(1, corpus.averageLength));
  return counts.reduce((sum, [name, body], i) => {
    const has = Math.min(corpus.documents[i] ?? 0, corpus.total);
    const idf = Math.log(1 + (corpus.total - has + 0.5) / (has + 0.5));
    const weight = name * NAME_WEIGHT + body;
    return sum + (idf * weight * (K1 + 1)) / (weight + norm);
  }, 0);
}

type Filter = NonNullable<SearchParams['filters']>[number];
const COMPARE = {
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
  '>': (order: number) => order > 0,
  '>=': (order: number) => order >= 0,
} as const;

function passes(values: readonly string[], { op, value }: Filter): boolean {
  if (op === '=') return values.includes(value);
  const number = numberOf(value);
  const isDate = DATE_FILTER.test(value);
  return values.some((own) => {
    const ownNumber = numberOf(own);
    if (number !== null && ownNumber !== null && COMPARE[op](ownNumber - number)) return true;
    if (!isDate || !/^\d{4}-\d{2}/.test(own)) return false;
    const start = own.slice(0, value.length);
    return COMPARE[op](start < value ? -1 : start > value ? 1 : 0);
  });
}

/** Type, media type and field values. */
export function passesFilters(stats: EntryStats, params: SearchParams): boolean {
  if (params.documentType !== undefined && stats.documentType !== params.documentType) return false;
  if (params.mediaType !== undefined && stats.mediaType !== params.mediaType) return false;
  return (params.filters ?? []).every((filter) => passes(stats.fields[filter.field] ?? [], filter));
}

/** The page with all terms, the first of them; else the one with the most; null when only the name matched. */
function bestPage(pages: readonly PageText[], terms: readonly Term[]): PageText | null {
  if (terms.length === 0) return pages[0] ?? null;
  let best: { page: PageText; terms: number } | null = null;
  let compared = 0;
  for (const page of pages) {
    const tokens = [...tokenize(page.text)];
    const here = terms.filter((term) => findTerms(tokens, [term]).length > 0).length;
    if (here === terms.length) return page;
    if (here === 0 || compared >= MAX_PAGES_COMPARED) continue;
    compared += 1;
    if (here > (best?.terms ?? 0)) best = { page, terms: here };
  }
  return best?.page ?? null;
}

export function hitOf(
  documentId: string,
  stats: Pick<EntryStats, 'filename' | 'documentType'>,
  pages: readonly PageText[],
  terms: readonly Term[],
  points: number,
): SearchHit {
  const page = bestPage(pages, terms);
  return {
    documentId,
    filename: stats.filename,
    documentType: stats.documentType,
    page: page === null || terms.length === 0 ? null : page.number,
    snippet: makeSnippet(page === null ? stats.filename : page.text, terms),
    score: points,
  };
}
