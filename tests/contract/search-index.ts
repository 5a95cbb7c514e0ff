import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SEARCH_VECTOR_DIMENSIONS } from '#shared/domain/search-vector.ts';
import type { NearestParams, SearchEntry, SearchIndex, SearchParams } from '#shared/ports/search-index.ts';

export interface SearchIndexFixture {
  one: SearchIndex;
  other: SearchIndex;
}

const entry = (documentId: string, pages: string[], over: Partial<SearchEntry> = {}): SearchEntry => ({
  documentId,
  filename: `${documentId}.pdf`,
  mediaType: 'application/pdf',
  documentType: null,
  pages,
  fields: {},
  createdAt: 1_000,
  ...over,
});

/** A vector at an angle to the first direction, in a plane with the last. */
function towards(degrees: number, length = 1): number[] {
  const angle = (degrees * Math.PI) / 180;
  return Array.from({ length: SEARCH_VECTOR_DIMENSIONS }, () => 0)
    .with(0, length * Math.cos(angle))
    .with(-1, length * Math.sin(angle));
}

export function searchIndexContract(setup: () => Promise<SearchIndexFixture>): void {
  const find = async (index: SearchIndex, query: string, over: Partial<SearchParams> = {}): Promise<string[]> => {
    const { hits, total } = await index.search({ query, pageSize: 100, ...over });
    expect(total).toBe(hits.length);
    return hits.map(({ documentId }) => documentId).sort();
  };

  it('finds documents in which all words occur, on whichever page', async () => {
    const { one } = await setup();
    await one.index(entry('a', ['the quick fox', 'jumps over']));
    await one.index(entry('b', ['the slow fox']));
    expect(await find(one, 'fox')).toEqual(['a', 'b']);
    expect(await find(one, 'FOX jumps')).toEqual(['a']);
    expect(await find(one, 'fox nothing')).toEqual([]);
  });

  it('knows phrases, exclusions, prefixes and names', async () => {
    const { one } = await setup();
    await one.index(entry('a', ['net total due'], { filename: 'Quarterly Report.pdf' }));
    await one.index(entry('b', ['total net due']));
    expect(await find(one, '"net total"')).toEqual(['a']);
    expect(await find(one, 'total -"net total"')).toEqual(['b']);
    expect(await find(one, 'total -report')).toEqual(['b']);
    expect(await find(one, '-report')).toEqual(['b']);
    expect(await find(one, '-report -b')).toEqual([]);
    expect(await find(one, 'quart*')).toEqual(['a']);
    expect(await find(one, 'quart')).toEqual([]);
    expect(await find(one, '"net tot"*')).toEqual(['a']);
    expect(await find(one, 'quarterly due')).toEqual(['a']);
  });

  it('does not mind case, accents, width or ligatures, and finds parts of unspaced scripts', async () => {
    const { one } = await setup();
    await one.index(entry('a', ['Müller GmbH, Straße; ｆｕｌｌ ﬁnance']));
    await one.index(entry('b', ['東京都庁舎へようこそ', '請求書番号123']));
    for (const query of ['muller', 'MÜLLER', 'strasse', 'full finance', 'Mu\u0308ller'])
      expect(await find(one, query)).toEqual(['a']);
    for (const query of ['東京', '京都庁', '請求書', 'ようこそ', '番号123', '東京 請求'])
      expect(await find(one, query)).toEqual(['b']);
    expect(await find(one, '京東')).toEqual([]);
  });

  it('shows the page and the passage with its matches', async () => {
    const { one } = await setup();
    await one.index(entry('a', ['nothing here', `${'filler '.repeat(200)} The Ünique  phrase\nis here`, 'unique']));
    const { hits } = await one.search({ query: 'unique phrase', pageSize: 10 });
    expect(hits).toHaveLength(1);
    const [hit] = hits;
    expect(hit).toMatchObject({ documentId: 'a', filename: 'a.pdf', page: 2 });
    expect(hit?.snippet.highlights.map(([start, end]) => hit.snippet.text.slice(start, end))).toEqual([
      'Ünique',
      'phrase',
    ]);
  });

  it('tells no page when only the name matched', async () => {
    const { one } = await setup();
    await one.index(entry('a', ['text'], { filename: 'Lease 2026.pdf' }));
    const { hits } = await one.search({ query: 'lease', pageSize: 10 });
    expect(hits).toMatchObject([{ page: null, snippet: { text: 'Lease 2026.pdf', highlights: [[0, 5]] } }]);
  });

  it('ranks a match in the name, and a denser one, higher', async () => {
    const { one } = await setup();
    await one.index(entry('sparse', [`invoice ${'other words '.repeat(100)}`]));
    await one.index(entry('dense', ['invoice invoice invoice']));
    await one.index(entry('named', ['quite other words'], { filename: 'invoice.pdf' }));
    for (let i = 0; i < 5; i++) await one.index(entry(`filler${i}`, ['something else']));
    const { hits } = await one.search({ query: 'invoice', pageSize: 10 });
    expect(hits.map(({ documentId }) => documentId)).toEqual(['named', 'dense', 'sparse']);
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
  });

  it('replaces an entry, and removes it, telling whether there was one', async () => {
    const { one } = await setup();
    await one.index(entry('a', ['old words'], { fields: { total: ['1'] } }));
    await one.index(entry('a', ['new words', 'second'], { filename: 'renamed.pdf' }));
    expect(await find(one, 'old')).toEqual([]);
    expect(await find(one, 'a')).toEqual([]);
    expect(await find(one, 'words')).toEqual(['a']);
    expect(await find(one, '', { filters: [{ field: 'total', op: '=', value: '1' }] })).toEqual([]);
    expect(await one.has('a')).toBe(true);
    expect(await one.remove('a')).toBe(true);
    expect(await one.has('a')).toBe(false);
    expect(await one.remove('a')).toBe(false);
    expect(await find(one, 'words')).toEqual([]);
    expect(await find(one, '')).toEqual([]);
  });

  it('shows and removes nothing of another tenant', async () => {
    const { one, other } = await setup();
    await one.index(entry('a', ['secret'], { fields: { total: ['1'] } }));
    await other.index(entry('b', ['public']));
    expect(await find(other, 'secret')).toEqual([]);
    expect(await find(other, 'public -secret')).toEqual(['b']);
    expect(await find(other, '-nothing')).toEqual(['b']);
    expect(await find(other, '')).toEqual(['b']);
    expect(await find(other, '', { filters: [{ field: 'total', op: '=', value: '1' }] })).toEqual([]);
    expect(await other.has('a')).toBe(false);
    expect(await other.remove('a')).toBe(false);
    await other.index(entry('a', ['theirs']));
    expect(await find(one, 'theirs')).toEqual([]);
    expect(await find(one, 'secret')).toEqual(['a']);
  });

  it('tells nothing of another tenant by its scores', async () => {
    const { one, other } = await setup();
    const score = async () => (await one.search({ query: 'bluebird', pageSize: 1 })).hits[0]?.score;
    await one.index(entry('a', ['project bluebird takeover']));
    await one.index(entry('b', ['something else']));
    await one.index(entry('c', ['quite another thing']));
    const before = await score();
    for (let n = 0; n < 5; n++) await other.index(entry(`o${n}`, ['bluebird signed, and many more words than that']));
    expect(await score()).toBe(before);
  });

  it('filters by fields: equal, dates and numbers', async () => {
    const { one } = await setup();
    await one.index(
      entry('a', ['x'], { fields: { total: ['99.50 EUR'], date: ['2026-03-31'], tag: ['red', 'blue'] } }),
    );
    await one.index(entry('b', ['x'], { fields: { total: ['1000'], date: ['2026-04-01T10:00:00Z'], tag: ['red'] } }));
    await one.index(entry('c', ['x']));
    const by = (field: string, op: '=' | '<' | '<=' | '>' | '>=', value: string) =>
      find(one, 'x', { filters: [{ field, op, value }] });
    expect(await by('tag', '=', 'red')).toEqual(['a', 'b']);
    expect(await by('tag', '=', 'RED')).toEqual([]);
    expect(await by('total', '>', '99.5')).toEqual(['b']);
    expect(await by('total', '>=', '99.5')).toEqual(['a', 'b']);
    expect(await by('total', '<', '1000')).toEqual(['a']);
    expect(await by('date', '<=', '2026-03')).toEqual(['a']);
    expect(await by('date', '>=', '2026-04-01')).toEqual(['b']);
    expect(await by('date', '<', 'tomorrow')).toEqual([]);
    const both = [
      { field: 'tag', op: '=', value: 'red' },
      { field: 'total', op: '<', value: '100' },
    ] as const;
    expect(await find(one, 'x', { filters: both })).toEqual(['a']);
    expect(await find(one, '', { filters: both })).toEqual(['a']);
    expect(await find(one, 'nothing', { filters: both })).toEqual([]);
  });

  it('filters by document type and media type', async () => {
    const { one } = await setup();
    await one.index(entry('a', ['x'], { documentType: 'invoice' }));
    await one.index(entry('b', ['x'], { mediaType: 'image/png' }));
    expect(await find(one, 'x', { documentType: 'invoice' })).toEqual(['a']);
    expect(await find(one, '', { mediaType: 'image/png' })).toEqual(['b']);
  });

  it('gives all in pages, each once, with the total', async () => {
    const { one } = await setup();
    for (let i = 0; i < 25; i++) await one.index(entry(`d${i}`, ['same words'], { createdAt: i }));
    for (const query of ['words', '']) {
      const seen: string[] = [];
      let pageToken: string | null = null;
      do {
        const page: Awaited<ReturnType<SearchIndex['search']>> = await one.search({ query, pageSize: 10, pageToken });
        expect(page.total).toBe(25);
        seen.push(...page.hits.map(({ documentId }) => documentId));
        pageToken = page.nextPageToken;
      } while (pageToken !== null);
      expect(new Set(seen).size).toBe(25);
      expect(seen).toHaveLength(25);
    }
    expect((await one.search({ query: '', pageSize: 1 })).hits[0]?.documentId).toBe('d24');
  });

  it('refuses a page token of another search, or a made-up one', async () => {
    const { one, other } = await setup();
    for (let i = 0; i < 3; i++) await one.index(entry(`d${i}`, ['same words']));
    const { nextPageToken } = await one.search({ query: 'words', pageSize: 1 });
    const refused = expect.objectContaining({ code: 'invalid_page_token' });
    await expect(one.search({ query: 'same', pageSize: 1, pageToken: nextPageToken })).rejects.toEqual(refused);
    await expect(other.search({ query: 'words', pageSize: 1, pageToken: nextPageToken })).rejects.toEqual(refused);
    for (const pageToken of ['', 'x', 'LTE', '99999999'])
      await expect(one.search({ query: 'words', pageSize: 1, pageToken })).rejects.toEqual(refused);
  });

  it('never fails for any query, and finds nothing for one without a word', async () => {
    const { one } = await setup();
    await one.index(entry('a', ['alpha AND beta NEAR gamma', '漢字 "quoted" (x) col:y ^z']));
    const pieces = fc.constantFrom(
      'alpha',
      'AND',
      'OR',
      'NOT',
      'NEAR(',
      ')',
      '"',
      '*',
      '-',
      '^',
      ':',
      '{body}',
      '+',
      "'",
      '漢',
      '\0',
      '\\',
      'body:',
      ' ',
      '\ud800',
      '%',
      ';--',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        async (query) => {
          const { hits, total } = await one.search({ query, pageSize: 10 });
          expect(hits.length).toBe(total);
        },
      ),
      { numRuns: 300 },
    );
    for (const query of ['!!!', '"', '*', '-', '😀']) expect(await find(one, query)).toEqual([]);
    expect(await find(one, '"quoted" (x) col:y ^z AND')).toEqual(['a']);
  });

  it('answers the documents nearest to a vector with their distances, nearest first', async () => {
    const { one } = await setup();
    await one.index(entry('across', ['x'], { embedding: towards(90), documentType: 'invoice' }));
    await one.index(entry('same', ['x'], { embedding: towards(0, 7) }));
    await one.index(entry('against', ['x'], { embedding: towards(180) }));
    await one.index(entry('near', ['x'], { embedding: towards(-60), filename: 'Near.pdf' }));
    await one.index(entry('none', ['x']));
    const hits = await one.nearest({ vector: towards(0, 0.001), limit: 10 });
    expect(hits.map(({ documentId }) => documentId)).toEqual(['same', 'near', 'across', 'against']);
    for (const [at, distance] of [0, 0.5, 1, 2].entries()) expect(hits[at]?.distance).toBeCloseTo(distance, 6);
    expect(hits[1]).toEqual({
      documentId: 'near',
      filename: 'Near.pdf',
      documentType: null,
      distance: hits[1]?.distance,
    });
    expect(hits[2]?.documentType).toBe('invoice');
    const near = async (over: Partial<NearestParams>): Promise<string[]> =>
      (await one.nearest({ vector: towards(0), limit: 10, ...over })).map(({ documentId }) => documentId);
    expect(await near({ limit: 2 })).toEqual(['same', 'near']);
    expect(await near({ limit: 0 })).toEqual(['same']);
    expect(await near({ limit: 1e9 })).toEqual(['same', 'near', 'across', 'against']);
    expect(await near({ maxDistance: 0.6 })).toEqual(['same', 'near']);
    expect(await near({ maxDistance: 2 })).toHaveLength(4);
    expect(await near({ vector: towards(45), maxDistance: 0 })).toEqual([]);
    expect(await find(one, 'x')).toEqual(['across', 'against', 'near', 'none', 'same']);
  });

  it('answers those equally near by document id, however they came', async () => {
    const { one } = await setup();
    for (const id of ['c', 'a', 'd', 'b']) await one.index(entry(id, ['x'], { embedding: towards(30, 3) }));
    const hits = await one.nearest({ vector: towards(0), limit: 10 });
    expect(hits.map(({ documentId }) => documentId)).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set(hits.map(({ distance }) => distance)).size).toBe(1);
  });

  it('takes the nearest of one document type, of one media type, and of both', async () => {
    const { one } = await setup();
    let angle = 0;
    for (const documentType of ['invoice', 'letter'])
      for (const kind of ['pdf', 'png'])
        await one.index(
          entry(`${documentType}-${kind}`, ['x'], {
            documentType,
            mediaType: kind === 'pdf' ? 'application/pdf' : 'image/png',
            embedding: towards(angle++),
          }),
        );
    await one.index(entry('untyped', ['x'], { embedding: towards(angle) }));
    const near = async (over: Partial<NearestParams>): Promise<string[]> =>
      (await one.nearest({ vector: towards(0), limit: 10, ...over })).map(({ documentId }) => documentId);
    expect(await near({ documentType: 'letter' })).toEqual(['letter-pdf', 'letter-png']);
    expect(await near({ documentType: 'letter', limit: 1 })).toEqual(['letter-pdf']);
    expect(await near({ mediaType: 'image/png' })).toEqual(['invoice-png', 'letter-png']);
    expect(await near({ documentType: 'letter', mediaType: 'image/png' })).toEqual(['letter-png']);
    expect(await near({ documentType: 'receipt' })).toEqual([]);
  });

  it('replaces and removes a vector with its entry; an entry without one leaves none', async () => {
    const { one } = await setup();
    const near = async () => {
      const hits = await one.nearest({ vector: towards(0), limit: 10 });
      return hits.map(({ documentId, distance }) => [documentId, Math.round(distance * 1000) / 1000]);
    };
    await one.index(entry('a', ['x'], { embedding: towards(0) }));
    await one.index(entry('b', ['x'], { embedding: towards(60) }));
    await one.index(entry('a', ['x'], { embedding: towards(90) }));
    expect(await near()).toEqual([
      ['b', 0.5],
      ['a', 1],
    ]);
    await one.index(entry('b', ['x']));
    expect(await near()).toEqual([['a', 1]]);
    expect(await one.remove('a')).toBe(true);
    expect(await near()).toEqual([]);
    await one.index(entry('a', ['x']));
    expect(await near()).toEqual([]);
  });

  it('answers and replaces no vector of another tenant', async () => {
    const { one, other } = await setup();
    expect(await one.nearest({ vector: towards(0), limit: 5 })).toEqual([]);
    await one.index(entry('a', ['x'], { embedding: towards(0) }));
    expect(await other.nearest({ vector: towards(0), limit: 5 })).toEqual([]);
    await other.index(entry('a', ['x'], { embedding: towards(90) }));
    await other.index(entry('b', ['x'], { embedding: towards(90) }));
    const hits = await one.nearest({ vector: towards(0), limit: 5 });
    expect(hits.map(({ documentId, distance }) => [documentId, Math.round(distance)])).toEqual([['a', 0]]);
    await other.index(entry('a', ['x']));
    await other.remove('b');
    expect(await one.nearest({ vector: towards(0), limit: 5 })).toHaveLength(1);
  });

  it('refuses what is no vector, and keeps the entry that was there', async () => {
    const { one } = await setup();
    await one.index(entry('a', ['before'], { embedding: towards(0) }));
    const whole = towards(0);
    const wrong = [whole.slice(1), [...whole, 0], [], whole.map(() => 0), whole.with(9, Number.NaN)];
    const refused = expect.objectContaining({ code: 'invalid_request' });
    for (const embedding of [...wrong, whole.with(9, Number.POSITIVE_INFINITY)]) {
      await expect(one.nearest({ vector: embedding, limit: 5 })).rejects.toEqual(refused);
      await expect(one.index(entry('a', ['after'], { embedding }))).rejects.toEqual(refused);
    }
    for (const maxDistance of [-0.1, 2.1, Number.NaN])
      await expect(one.nearest({ vector: whole, limit: 5, maxDistance })).rejects.toEqual(refused);
    expect(await find(one, 'before')).toEqual(['a']);
    expect(await one.nearest({ vector: whole, limit: 5 })).toHaveLength(1);
  });
}
