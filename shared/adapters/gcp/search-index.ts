import { RectoError } from '../../domain/errors.ts';
import type { SearchIndex, SearchParams } from '../../ports/search-index.ts';
import { MAX_OFFSET, makeToken, readToken } from '../support/search-filters.ts';
import { type ParsedQuery, parseQuery } from '../support/search-text.ts';
import type { Firestore } from './firestore-client.ts';
import { coded } from './google-errors.ts';
import { type EntryStats, valueTerm } from './search-entry.ts';
import { hitOf, indexTerms, match, mayMatch, needsText, passesFilters, score } from './search-match.ts';
import { createSearchStore, type FoundEntry } from './search-store.ts';
import { findNearest } from './search-vectors.ts';

const MAX_PAGE_SIZE = 200;
/** Entries that one search looks into: the newest of those that have its rarest word. */
const MAX_CANDIDATES = 2_000;
/** Words of a query whose rarity is asked for. */
const MAX_COUNTED = 12;
const PARALLEL = 16;

interface Candidate {
  entry: FoundEntry;
  stats: EntryStats;
  points: number;
}

/**
 * Full text on Firestore, one tenant's entries apart from another's: an inverted index whose postings are the array index over
 * each entry's words. The rarest word of a query finds the candidates, the word counts that an entry carries decide and rank
 * (BM25, the name weighted 10), and pages are read for phrases and for the passages of what is shown. Words are split and
 * folded by the very tokenizer of the embedded index. Of a tenant that has more than 2,000 entries with the rarest word of a
 * query the newest 2,000 are looked into. Vectors are searched by Firestore itself, exactly and over all of the tenant's.
 */
export function createSearchIndex({ firestore }: { firestore: Firestore }): {
  forTenant(tenantId: string): SearchIndex;
} {
  return {
    forTenant: (tenant) => {
      const store = createSearchStore(firestore, tenant);

      /** Where to begin: the term or the field value that the fewest entries have; null when one of them occurs nowhere. */
      async function rarest(params: SearchParams, parsed: ParsedQuery) {
        const terms = parsed.terms.map(indexTerms);
        const asked = [...new Set(terms.flat())].slice(0, MAX_COUNTED);
        const values = (params.filters ?? [])
          .filter(({ op }) => op === '=')
          .map(({ field, value }) => valueTerm(field, value));
        const sources = [
          ...asked.map((term) => ({ terms: term })),
          ...values.slice(0, 4).map((value) => ({ values: value })),
        ];
        const counts = await inParallel(sources, (source) => store.count(source));
        const known = new Map(asked.map((term, i) => [term, counts[i] ?? 0]));
        // A phrase is at most as frequent as its rarest word.
        const documents = terms.map((own) =>
          Math.min(...own.map((term) => known.get(term) ?? Number.POSITIVE_INFINITY)),
        );
        const least = counts.length === 0 ? null : counts.indexOf(Math.min(...counts));
        const source = least === null ? ('all' as const) : (sources[least] ?? 'all');
        return { source, documents, none: counts.includes(0) };
      }

      async function evaluate(params: SearchParams, parsed: ParsedQuery): Promise<Candidate[]> {
        const { source, documents, none } = await rarest(params, parsed);
        if (none) return [];
        const [found, { entries, words }] = await Promise.all([store.find(source, MAX_CANDIDATES), store.size()]);
        const corpus = { total: entries, averageLength: words / Math.max(1, entries), documents };
        const matched = await inParallel(found, async (entry): Promise<Candidate[]> => {
          const stats = await store.stats(entry);
          if (!passesFilters(stats, params) || !mayMatch(stats, parsed)) return [];
          const pages = needsText(stats, parsed) ? await store.pages(entry) : null;
          const hit = match(stats, parsed, pages);
          return hit === null ? [] : [{ entry, stats, points: score(stats, hit, corpus) }];
        });
        const all = matched.flat();
        // Those of equal points stay as they came: newest first.
        return parsed.terms.length > 0 ? all.sort((a, b) => b.points - a.points) : all;
      }

      async function search(params: SearchParams): Promise<Awaited<ReturnType<SearchIndex['search']>>> {
        const offset = readToken(tenant, params);
        const parsed = parseQuery(params.query);
        const words = parsed.terms.length + parsed.excluded.length;
        // Nothing in it that could be looked for.
        if (words === 0 && params.query.trim() !== '') return { hits: [], total: 0, nextPageToken: null };
        const candidates = await evaluate(params, parsed);
        const size = Math.min(Math.max(1, Math.trunc(params.pageSize) || 1), MAX_PAGE_SIZE);
        const shown = candidates.slice(offset, offset + size);
        const hits = await inParallel(shown, async ({ entry, stats, points }) =>
          hitOf(entry.documentId, stats, await store.pages(entry), parsed.terms, points),
        );
        const next = offset + shown.length;
        const total = candidates.length;
        const more = shown.length > 0 && next < total && next <= MAX_OFFSET;
        return { hits, total, nextPageToken: more ? makeToken(tenant, params, next) : null };
      }

      return {
        index: async (entry) => {
          if (entry.documentId === '')
            throw new RectoError('internal', 'A search entry needs the id of its document.', { class: 'permanent' });
          await coded(() => store.put(entry));
        },
        has: (documentId) => coded(() => store.has(documentId)),
        remove: (documentId) => coded(() => store.remove(documentId)),
        search: (params) => coded(() => search(params)),
        nearest: (params) => coded(() => findNearest(firestore, tenant, params)),
      };
    },
  };
}

async function inParallel<T, R>(items: readonly T[], fn: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += PARALLEL)
    results.push(...(await Promise.all(items.slice(at, at + PARALLEL).map(fn))));
  return results;
}
