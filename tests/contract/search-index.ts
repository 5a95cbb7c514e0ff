import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SearchEntry, SearchIndex, SearchParams } from '#shared/ports/search-index.ts';

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
}
