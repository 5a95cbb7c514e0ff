import { expect, it } from 'vitest';
import { createSearchIndex } from '#shared/adapters/gcp/search-index.ts';
import { FIRESTORE_SEARCH } from '#shared/domain/cloud-records.ts';
import type { SearchEntry } from '#shared/ports/search-index.ts';
import { describeWith, emulatedFirestore } from '../support/cloud-services.ts';
import { searchIndexContract } from './search-index.ts';

function setUp() {
  const firestore = emulatedFirestore();
  const index = createSearchIndex({ firestore });
  const records = async () => {
    const all = await Promise.all(
      Object.values(FIRESTORE_SEARCH).map((collectionId) => firestore.query({ from: [{ collectionId }] })),
    );
    return all.flat().length;
  };
  return { one: index.forTenant('acme'), other: index.forTenant('globex'), records };
}
const entry = (documentId: string, pages: readonly string[]): SearchEntry => ({
  documentId,
  filename: 'f.pdf',
  mediaType: 'application/pdf',
  documentType: null,
  pages,
  fields: { name: ['value'] },
  createdAt: 0,
});

describeWith(['firestore'], 'the search index in Firestore', () => {
  searchIndexContract(async () => setUp());

  it('leaves no record of what was removed or replaced', async () => {
    const { one, records } = setUp();
    await one.index(entry('a', ['first words']));
    await one.index({ ...entry('a', ['second words']), embedding: Array.from({ length: 384 }, () => 1) });
    expect(await records()).toBe(2);
    await one.remove('a');
    expect(await records()).toBe(0);
  });

  it('ends with one entry when the same document is indexed by several at once', async () => {
    const { one, records } = setUp();
    await Promise.all(['alpha', 'beta', 'gamma'].map((word) => one.index(entry('a', [`${word} words`]))));
    expect(await records()).toBe(2);
    expect((await one.search({ query: 'words', pageSize: 5 })).total).toBe(1);
  });

  it('finds all words of a document that has more of them than one record holds', async () => {
    const { one, records } = setUp();
    const word = (i: number) => `w${i.toString(36)}x`;
    const pages = Array.from({ length: 30 }, (_, page) =>
      Array.from({ length: 1000 }, (_, i) => word(page * 1000 + i)).join(' '),
    );
    await one.index(entry('big', pages));
    await one.index(entry('small', [`${word(29_999)} alone`]));
    expect(await records()).toBeGreaterThan(4);
    const both = await one.search({ query: `${word(3)} ${word(29_999)}`, pageSize: 5 });
    expect(both.hits.map(({ documentId }) => documentId)).toEqual(['big']);
    expect((await one.search({ query: word(29_999), pageSize: 5 })).total).toBe(2);
    expect((await one.search({ query: `"${word(999)} ${word(1000)}"`, pageSize: 5 })).total).toBe(1);
    expect((await one.search({ query: `${word(29_999)} -${word(3)}`, pageSize: 5 })).total).toBe(1);
    await one.remove('big');
    expect(await records()).toBe(2);
  });
});
