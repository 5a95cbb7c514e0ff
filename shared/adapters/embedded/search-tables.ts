import type { DatabaseSync } from 'node:sqlite';
import { TOKENIZER_VERSION, tokenLine } from '../support/search-text.ts';
import { inTransaction, type Migration, openDatabase } from './sqlite.ts';

/**
 * The full-text tables hold words only (`content=''`), split and folded by `tokenize`, so that what SQLite finds and what is
 * highlighted never differ; its own tokenizer just splits at the spaces between them. `documents_text` answers which
 * documents match (a word on page 1 and one on page 9 is a match), `pages_text` which of their pages to show. Both forget for
 * good what is deleted. Page ids of one entry are consecutive.
 */
const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: 'search',
    sql: `
      CREATE TABLE entries (
        id INTEGER PRIMARY KEY,
        tenant TEXT NOT NULL,
        document_id TEXT NOT NULL,
        filename TEXT NOT NULL,
        media_type TEXT NOT NULL,
        document_type TEXT,
        created_at INTEGER NOT NULL,
        UNIQUE (tenant, document_id)
      ) STRICT;
      CREATE INDEX entries_by_age ON entries (tenant, created_at, id);
      CREATE TABLE pages (
        id INTEGER PRIMARY KEY,
        tenant TEXT NOT NULL,
        entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        text TEXT NOT NULL
      ) STRICT;
      CREATE INDEX pages_by_entry ON pages (entry, number);
      CREATE TABLE fields (
        entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        -- The value as a number, without its currency; null where it is none.
        number REAL,
        PRIMARY KEY (entry, name, value)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX fields_by_value ON fields (tenant, name, value);
      CREATE INDEX fields_by_number ON fields (tenant, name, number) WHERE number IS NOT NULL;
      CREATE VIRTUAL TABLE documents_text USING fts5 (tenant, filename, body, content='', tokenize='ascii', prefix='2 3');
      CREATE VIRTUAL TABLE pages_text USING fts5 (body, content='', tokenize='ascii');
      INSERT INTO documents_text (documents_text, rank) VALUES ('secure-delete', 1);
      INSERT INTO pages_text (pages_text, rank) VALUES ('secure-delete', 1);
      CREATE TABLE tokenizer (version INTEGER NOT NULL) STRICT;
    `,
  },
];

/** A tenant as one word of the index. */
export const tenantWord = (tenant: string): string => `t${Buffer.from(tenant).toString('hex')}`;

/** What the full-text tables get to see of an entry; the same again when it is taken out. */
export interface Words {
  filename: string;
  pages: readonly string[];
}

/** Rows of the full-text tables, which forget only what they are told exactly. */
export function createTextRows(db: DatabaseSync) {
  const addDocument = db.prepare('INSERT INTO documents_text (rowid, tenant, filename, body) VALUES (?, ?, ?, ?)');
  const dropDocument = db.prepare(
    "INSERT INTO documents_text (documents_text, rowid, tenant, filename, body) VALUES ('delete', ?, ?, ?, ?)",
  );
  const addPage = db.prepare('INSERT INTO pages_text (rowid, body) VALUES (?, ?)');
  const dropPage = db.prepare("INSERT INTO pages_text (pages_text, rowid, body) VALUES ('delete', ?, ?)");
  return {
    add: (tenant: string, entry: number, firstPage: number, words: Words): void => {
      addDocument.run(entry, tenantWord(tenant), words.filename, words.pages.join(' '));
      for (const [index, page] of words.pages.entries()) addPage.run(firstPage + index, page);
    },
    drop: (tenant: string, entry: number, firstPage: number, words: Words): void => {
      dropDocument.run(entry, tenantWord(tenant), words.filename, words.pages.join(' '));
      for (const [index, page] of words.pages.entries()) dropPage.run(firstPage + index, page);
    },
  };
}

/** Opens the index; all of it is indexed again when this release splits words otherwise than the one that wrote it. */
export function openSearchTables(file: string): DatabaseSync {
  const db = openDatabase(file, MIGRATIONS);
  db.exec('PRAGMA secure_delete = ON');
  const version = db.prepare('SELECT version FROM tokenizer').get()?.version;
  if (version !== TOKENIZER_VERSION) inTransaction(db, () => rebuild(db));
  return db;
}

function rebuild(db: DatabaseSync): void {
  db.exec("INSERT INTO documents_text (documents_text) VALUES ('delete-all')");
  db.exec("INSERT INTO pages_text (pages_text) VALUES ('delete-all')");
  const rows = createTextRows(db);
  const pagesOf = db.prepare('SELECT id, text FROM pages WHERE entry = ? ORDER BY number');
  for (const entry of db.prepare('SELECT id, tenant, filename FROM entries').iterate()) {
    const pages = pagesOf.all(Number(entry.id));
    const words = {
      filename: tokenLine(String(entry.filename)),
      pages: pages.map(({ text }) => tokenLine(String(text))),
    };
    rows.add(String(entry.tenant), Number(entry.id), Number(pages[0]?.id ?? 0), words);
  }
  db.exec('DELETE FROM tokenizer');
  db.prepare('INSERT INTO tokenizer (version) VALUES (?)').run(TOKENIZER_VERSION);
}
