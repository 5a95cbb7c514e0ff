import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { TOKENIZER_VERSION, tokenLine } from '../support/search-text.ts';
import { inTransaction, type Migration, openDatabase } from './sqlite.ts';

/**
 * The full-text tables hold words only (`content=''`), split and folded by `tokenize`, so that what SQLite finds and what is
 * highlighted never differ; its own tokenizer just splits at the spaces between them. `documents_text_<tenant>` answers which
 * documents match (a word on page 1 and one on page 9 is a match); each tenant has one of its own, because ranks weigh a word
 * by how rare it is in its table: in a shared one they would tell what others hold. `pages_text` says which of the pages to
 * show and ranks nothing. Both forget for good what is deleted. Page ids of one entry are consecutive.
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
  {
    id: 2,
    name: 'full text by tenant',
    // All is indexed again when there is no version.
    sql: 'DROP TABLE documents_text; DELETE FROM tokenizer',
  },
  {
    id: 3,
    name: 'vectors',
    sql: `
      CREATE TABLE vectors (
        entry INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
        tenant TEXT NOT NULL,
        -- Single precision in the order of bytes of the machine, of unit length.
        vector BLOB NOT NULL
      ) STRICT;
      CREATE INDEX vectors_by_tenant ON vectors (tenant, entry);
    `,
  },
];

const PREFIX = 'documents_text_';
const KEPT_STATEMENTS = 500;

/** What the full-text tables get to see of an entry; the same again when it is taken out. */
export interface Words {
  filename: string;
  pages: readonly string[];
}

/** The tenant's own full-text table; its name needs no quoting. */
export const textTable = (tenant: string): string => PREFIX + Buffer.from(tenant).toString('hex');

/** Rows of the full-text tables, which forget only what they are told exactly. */
export function createTextRows(db: DatabaseSync) {
  const find = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
  const addPage = db.prepare('INSERT INTO pages_text (rowid, body) VALUES (?, ?)');
  const dropPage = db.prepare("INSERT INTO pages_text (pages_text, rowid, body) VALUES ('delete', ?, ?)");
  const statements = new Map<string, { add: StatementSync; drop: StatementSync }>();
  const known = new Set<string>();

  const statementsOf = (tenant: string) => {
    const table = textTable(tenant);
    let found = statements.get(table);
    if (found === undefined) {
      found = {
        add: db.prepare(`INSERT INTO ${table} (rowid, filename, body) VALUES (?, ?, ?)`),
        drop: db.prepare(`INSERT INTO ${table} (${table}, rowid, filename, body) VALUES ('delete', ?, ?, ?)`),
      };
      if (statements.size >= KEPT_STATEMENTS) statements.clear();
      statements.set(table, found);
    }
    return found;
  };
  /** False while nothing of the tenant was ever indexed. */
  const exists = (tenant: string): boolean => {
    if (!known.has(tenant) && find.get(textTable(tenant)) !== undefined) known.add(tenant);
    return known.has(tenant);
  };
  return {
    exists,
    /** Makes the tenant's table if there is none; in a transaction of its own, before the first row. */
    ensure: (tenant: string): void => {
      if (!exists(tenant)) inTransaction(db, () => createTable(db, tenant));
    },
    add: (tenant: string, entry: number, firstPage: number, words: Words): void => {
      statementsOf(tenant).add.run(entry, words.filename, words.pages.join(' '));
      for (const [index, page] of words.pages.entries()) addPage.run(firstPage + index, page);
    },
    drop: (tenant: string, entry: number, firstPage: number, words: Words): void => {
      statementsOf(tenant).drop.run(entry, words.filename, words.pages.join(' '));
      for (const [index, page] of words.pages.entries()) dropPage.run(firstPage + index, page);
    },
  };
}

function createTable(db: DatabaseSync, tenant: string): void {
  const table = textTable(tenant);
  db.exec(
    `CREATE VIRTUAL TABLE IF NOT EXISTS ${table} USING fts5 (filename, body, content='', tokenize='ascii', prefix='2 3')`,
  );
  db.exec(`INSERT INTO ${table} (${table}, rank) VALUES ('secure-delete', 1)`);
}

/** Opens the index; all of it is indexed again when this release splits words otherwise than the one that wrote it. */
export function openSearchTables(file: string): DatabaseSync {
  const db = openDatabase(file, MIGRATIONS);
  db.exec('PRAGMA secure_delete = ON');
  const isCurrent = (): boolean => db.prepare('SELECT version FROM tokenizer').get()?.version === TOKENIZER_VERSION;
  if (!isCurrent())
    inTransaction(db, () => {
      // Of two processes that start at once the one that waited finds it done.
      if (!isCurrent()) rebuild(db);
    });
  return db;
}

function rebuild(db: DatabaseSync): void {
  db.exec("INSERT INTO pages_text (pages_text) VALUES ('delete-all')");
  const tables = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ? AND sql LIKE 'CREATE VIRTUAL%'")
    .all(`${PREFIX}*`);
  for (const { name } of tables) db.exec(`DROP TABLE ${String(name)}`);
  for (const { tenant } of db.prepare('SELECT DISTINCT tenant FROM entries').all()) createTable(db, String(tenant));
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
