import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSearchIndex } from '#shared/adapters/embedded/search-index.ts';
import { textTable } from '#shared/adapters/embedded/search-tables.ts';
import { unitVector } from '#shared/domain/search-vector.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';
import { searchIndexContract } from './search-index.ts';

const open = (file = path.join(temporaryFolder(), 'search.db')) => {
  const index = createSearchIndex({ file, clock: createManualClock() });
  let closed = false;
  const close = (): void => {
    if (!closed) index.close();
    closed = true;
  };
  onTestFinished(close);
  return { file, index, one: index.forTenant('acme'), other: index.forTenant('globex'), close };
};
const entry = (documentId: string, pages: string[]) => ({
  documentId,
  filename: 'f.pdf',
  mediaType: 'application/pdf',
  documentType: null,
  pages,
  fields: { name: ['fieldvaluetoforget'] },
  createdAt: 0,
});

describe('the embedded search index', () => {
  searchIndexContract(async () => open());

  it('leaves no trace of a removed document in its files', async () => {
    const { file, one, close } = open();
    for (let i = 0; i < 50; i++) await one.index({ ...entry(`k${i}`, [`kept words ${i}`]), fields: {} });
    await one.index(entry('gone', ['Xylophonic secretword', 'zymurgists qualmishly']));
    for (let i = 50; i < 100; i++) await one.index({ ...entry(`k${i}`, [`kept words ${i}`]), fields: {} });
    expect(await one.remove('gone')).toBe(true);
    close();
    const bytes = readFileSync(file).toString('latin1').toLowerCase();
    // The index stores words without the start they share with the word before: their ends are looked for.
    for (const rest of ['ylophonic', 'ecretword', 'ymurgists', 'ualmishly', 'ieldvaluetoforget'])
      expect(bytes).not.toContain(rest);
    expect(bytes).toContain('kept words');
  });

  it('leaves no trace of the vector of a document that was removed or replaced', async () => {
    const { file, one, close } = open();
    const vector = (seed: number) => Float32Array.from({ length: 384 }, (_, i) => Math.sin(seed * (i + 1)));
    const traces = (seed: number) =>
      Buffer.from(unitVector(vector(seed)).buffer)
        .subarray(400, 440)
        .toString('latin1');
    for (let i = 1; i <= 40; i++) await one.index({ ...entry(`k${i}`, ['kept']), embedding: vector(i) });
    expect(await one.remove('k20')).toBe(true);
    await one.index({ ...entry('k30', ['kept']), embedding: vector(300) });
    await one.index(entry('k10', ['kept']));
    close();
    const bytes = readFileSync(file).toString('latin1');
    for (const seed of [10, 20, 30]) expect(bytes).not.toContain(traces(seed));
    for (const seed of [11, 300]) expect(bytes).toContain(traces(seed));
  });

  it('compares the 20,000 vectors that were indexed last', async () => {
    const { file, one } = open();
    const vector = (at: number) => unitVector(Array.from({ length: 384 }, (_, i) => (i === at ? 1 : 0)));
    const db = new DatabaseSync(file);
    const entries = db.prepare(
      `INSERT INTO entries (id, tenant, document_id, filename, media_type, created_at) VALUES (?, 'acme', ?, 'f', 'a/b', 0)`,
    );
    const vectors = db.prepare(`INSERT INTO vectors (entry, tenant, vector) VALUES (?, 'acme', ?)`);
    db.exec('BEGIN');
    for (let id = 1; id <= 20_001; id++) {
      entries.run(id, `d${id}`);
      // Two that are nearest: the very first, which is one too many, and the second.
      vectors.run(id, new Uint8Array(vector(id <= 2 ? 0 : 1).buffer));
    }
    db.exec('COMMIT');
    db.close();
    const hits = await one.nearest({ vector: vector(0), limit: 3 });
    expect(hits.map(({ documentId, distance }) => [documentId, distance])).toEqual([
      ['d2', 0],
      ['d10', 1],
      ['d100', 1],
    ]);
  });

  it('takes over an index of the time before vectors', async () => {
    const { file, one, close } = open();
    await one.index(entry('a', ['alpha']));
    close();
    const db = new DatabaseSync(file);
    db.exec('DROP TABLE vectors; DELETE FROM schema_migrations WHERE id = 3');
    db.close();
    const again = open(file);
    const vector = unitVector(Array.from({ length: 384 }, () => 1));
    expect(await again.one.nearest({ vector, limit: 5 })).toEqual([]);
    expect(await again.one.search({ query: 'alpha', pageSize: 5 })).toMatchObject({ total: 1 });
    await again.one.index({ ...entry('a', ['alpha']), embedding: vector });
    expect(await again.one.nearest({ vector, limit: 5 })).toMatchObject([{ documentId: 'a' }]);
  });

  it('indexes all again when the words were split by another release', async () => {
    const { file, one, close } = open();
    await one.index(entry('a', ['alpha', 'beta']));
    close();
    const db = new DatabaseSync(file);
    const table = textTable('acme');
    db.exec(`UPDATE tokenizer SET version = 0; INSERT INTO ${table} (${table}) VALUES ('delete-all')`);
    db.close();
    const again = open(file);
    expect(await again.one.search({ query: 'alpha beta', pageSize: 1 })).toMatchObject({ total: 1 });
    expect(await again.one.search({ query: 'beta', pageSize: 1 })).toMatchObject({ hits: [{ page: 2 }] });
    expect(await again.one.remove('a')).toBe(true);
  });

  it('takes over an index of the time when all tenants shared one', async () => {
    const { file, one, other, close } = open();
    await one.index(entry('a', ['alpha']));
    await other.index(entry('b', ['alpha']));
    close();
    const db = new DatabaseSync(file);
    db.exec(`DROP TABLE ${textTable('acme')}; DROP TABLE ${textTable('globex')};
      CREATE VIRTUAL TABLE documents_text USING fts5 (tenant, filename, body, content='', tokenize='ascii', prefix='2 3');
      DELETE FROM schema_migrations WHERE id = 2`);
    db.close();
    const again = open(file);
    for (const tenant of [again.one, again.other])
      expect(await tenant.search({ query: 'alpha', pageSize: 9 })).toMatchObject({ total: 1 });
  });
});
