import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import { unitVector } from '../../domain/search-vector.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SearchEntry, SearchHit, SearchIndex, SearchParams } from '../../ports/search-index.ts';
import { MAX_OFFSET, makeToken, numberOf, readToken } from '../support/search-filters.ts';
import { makeSnippet, parseQuery, type Term, tokenLine } from '../support/search-text.ts';
import { matchSql, pageMatch } from './search-query.ts';
import { createTextRows, openSearchTables, textTable, type Words } from './search-tables.ts';
import { createVectorRows } from './search-vectors.ts';
import { inTransaction } from './sqlite.ts';

const MAX_PAGE_SIZE = 200;
/** A match in the name counts as much as this many in the text. */
const FILENAME_WEIGHT = 10;
/** Pages looked at for the passage to show when no page has all terms. */
const MAX_PAGES_COMPARED = 20;
/** Characters split into words before others get their turn. */
const SLICE_CHARACTERS = 200_000;
const MAX_FIELD_VALUE = 500;

const hitSchema = z.object({
  id: z.number(),
  document_id: z.string(),
  filename: z.string(),
  document_type: z.string().nullable(),
  score: z.number(),
});
const pageSchema = z.object({ number: z.number(), text: z.string() });

/**
 * Full text in `file` (SQLite FTS5, fsynced a commit). Every statement names the tenant. Ranked by BM25 over the tenant's own
 * documents with the name weighted 10; an empty query gives what the filters leave, newest first. Case, accents and width do not matter; scripts
 * written without spaces are found by any part. Of one search the first 10,200 hits can be paged through; `total` counts all.
 */
export function createSearchIndex(params: { file: string; clock: Clock }): {
  forTenant(tenantId: string): SearchIndex;
  close(): void;
} {
  const db = openSearchTables(params.file);
  const textRows = createTextRows(db);
  const vectorRows = createVectorRows(db);
  const findEntry = db.prepare('SELECT id, filename FROM entries WHERE tenant = ? AND document_id = ?');
  const findPages = db.prepare('SELECT id, text FROM pages WHERE tenant = ? AND entry = ? ORDER BY number');
  const insertEntry = db.prepare(
    'INSERT INTO entries (tenant, document_id, filename, media_type, document_type, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const nextPageId = db.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM pages');
  const insertPage = db.prepare('INSERT INTO pages (id, tenant, entry, number, text) VALUES (?, ?, ?, ?, ?)');
  const insertField = db.prepare(
    'INSERT OR IGNORE INTO fields (entry, tenant, name, value, number) VALUES (?, ?, ?, ?, ?)',
  );
  const deleteEntry = db.prepare('DELETE FROM entries WHERE tenant = ? AND id = ?');
  const pageRange = db.prepare('SELECT min(id) AS low, max(id) AS high FROM pages WHERE tenant = ? AND entry = ?');
  const matchPages = db.prepare(
    'SELECT rowid AS id FROM pages_text WHERE pages_text MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?',
  );
  const readPage = db.prepare('SELECT number, text FROM pages WHERE tenant = ? AND id = ?');

  /** Inside a transaction. False if there was none. */
  const take = (tenant: string, documentId: string): boolean => {
    const entry = findEntry.get(tenant, documentId);
    if (entry === undefined) return false;
    const id = Number(entry.id);
    const pages = findPages.all(tenant, id);
    const words = {
      filename: tokenLine(String(entry.filename)),
      pages: pages.map(({ text }) => tokenLine(String(text))),
    };
    textRows.drop(tenant, id, Number(pages[0]?.id ?? 0), words);
    deleteEntry.run(tenant, id);
    return true;
  };

  const put = (tenant: string, entry: SearchEntry, words: Words, vector: Float32Array | null): void => {
    take(tenant, entry.documentId);
    const { documentId, filename, mediaType, documentType, createdAt } = entry;
    const id = Number(
      insertEntry.run(tenant, documentId, filename, mediaType, documentType, Math.trunc(createdAt)).lastInsertRowid,
    );
    const firstPage = Number(nextPageId.get()?.id);
    for (const [index, text] of entry.pages.entries()) insertPage.run(firstPage + index, tenant, id, index + 1, text);
    for (const [name, values] of Object.entries(entry.fields))
      for (const value of values) insertField.run(id, tenant, name, value.slice(0, MAX_FIELD_VALUE), numberOf(value));
    textRows.add(tenant, id, firstPage, words);
    if (vector !== null) vectorRows.add(tenant, id, vector);
  };

  /** Splits into words outside of the transaction, giving others their turn in between. */
  const wordsOf = async (entry: SearchEntry): Promise<Words> => {
    const pages: string[] = [];
    let sinceYield = 0;
    for (const page of entry.pages) {
      pages.push(tokenLine(page));
      sinceYield += page.length;
      if (sinceYield < SLICE_CHARACTERS) continue;
      sinceYield = 0;
      await yieldToOthers();
    }
    return { filename: tokenLine(entry.filename), pages };
  };

  /** The page with the most different terms, the first of them; null when only the name matched. */
  const bestPage = (tenant: string, entry: number, terms: readonly Term[]) => {
    const range = pageRange.get(tenant, entry);
    if (typeof range?.low !== 'number' || typeof range.high !== 'number') return null;
    const { low, high } = range;
    const pagesWith = (by: 'AND' | 'OR', limit: number) =>
      matchPages
        .all(pageMatch(terms, by), low, high, limit)
        .map(({ id }) => pageSchema.parse(readPage.get(tenant, Number(id))));
    if (terms.length === 0) return pageSchema.parse(readPage.get(tenant, low));
    const [complete] = pagesWith('AND', 1);
    if (complete !== undefined || terms.length === 1) return complete ?? null;
    const scored = pagesWith('OR', MAX_PAGES_COMPARED).map((page) => ({
      page,
      score: terms.filter((term) => makeSnippet(page.text, [term]).highlights.length > 0).length,
    }));
    return (
      scored.reduce<(typeof scored)[number] | null>(
        (best, next) => (next.score > (best?.score ?? 0) ? next : best),
        null,
      )?.page ?? null
    );
  };

  const hitOf = (tenant: string, row: z.infer<typeof hitSchema>, terms: readonly Term[]): SearchHit => {
    const page = bestPage(tenant, row.id, terms);
    const named = page === null || terms.length === 0;
    return {
      documentId: row.document_id,
      filename: row.filename,
      documentType: row.document_type,
      page: named ? null : page.number,
      snippet: makeSnippet(page === null ? row.filename : page.text, terms),
      score: row.score,
    };
  };

  const search = (tenant: string, request: SearchParams): Awaited<ReturnType<SearchIndex['search']>> => {
    const offset = readToken(tenant, request);
    const parsed = parseQuery(request.query);
    if (!textRows.exists(tenant)) return { hits: [], total: 0, nextPageToken: null };
    const match = matchSql(tenant, request, parsed);
    if (match === null) return { hits: [], total: 0, nextPageToken: null };
    const size = Math.min(Math.max(1, Math.trunc(request.pageSize) || 1), MAX_PAGE_SIZE);
    const ranked = parsed.terms.length > 0;
    const score = ranked ? `-bm25(${textTable(tenant)}, ${FILENAME_WEIGHT}.0, 1.0)` : '0.0';
    const order = ranked ? 'score DESC, e.id DESC' : 'e.created_at DESC, e.id DESC';
    const total = Number(db.prepare(`SELECT count(*) AS total ${match.text}`).get(...match.values)?.total ?? 0);
    const rows = db
      .prepare(
        `SELECT e.id, e.document_id, e.filename, e.document_type, ${score} AS score ${match.text} ORDER BY ${order} LIMIT ? OFFSET ?`,
      )
      .all(...match.values, size, offset);
    const next = offset + rows.length;
    return {
      hits: rows.map((row) => hitOf(tenant, hitSchema.parse(row), parsed.terms)),
      total,
      nextPageToken: rows.length > 0 && next < total && next <= MAX_OFFSET ? makeToken(tenant, request, next) : null,
    };
  };

  return {
    forTenant: (tenant) => ({
      index: async (entry) => {
        if (entry.documentId === '')
          throw new RectoError('internal', 'A search entry needs the id of its document.', { class: 'permanent' });
        const vector = entry.embedding === undefined ? null : unitVector(entry.embedding);
        const words = await wordsOf(entry);
        textRows.ensure(tenant);
        inTransaction(db, () => put(tenant, entry, words, vector));
      },
      has: async (documentId) => findEntry.get(tenant, documentId) !== undefined,
      remove: async (documentId) => inTransaction(db, () => take(tenant, documentId)),
      search: async (request) => search(tenant, request),
      nearest: async (request) => vectorRows.nearest(tenant, request),
    }),
    close: () => db.close(),
  };
}
