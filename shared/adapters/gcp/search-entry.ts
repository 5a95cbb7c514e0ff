import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { SearchEntry } from '../../ports/search-index.ts';
import { tokenize } from '../support/search-text.ts';

/** How often a word stands in the name and in the text. */
export type WordCounts = readonly [name: number, body: number];

/** What a search needs to know of a document without its text. */
export interface EntryStats {
  filename: string;
  mediaType: string;
  documentType: string | null;
  createdAt: number;
  pages: number;
  /** Words of name and text. */
  nameWords: number;
  bodyWords: number;
  words: Map<string, WordCounts>;
  fields: Readonly<Record<string, readonly string[]>>;
}

/** One record of an entry: those of many words have several, each with its own share of them. */
export interface EntryShard {
  terms: string[];
  stats: Buffer;
}

export interface PageChunk {
  text: Buffer;
}

/** Firestore makes at most 40,000 index entries a document, and each term makes two. */
const MAX_TERMS = 9_000;
const MAX_TERM_BYTES = 300_000;
/** Of the text of some pages, before compression; what does not compress at all must fit into a document. */
const CHUNK_BYTES = 700_000;
const MAX_FIELD_VALUE = 500;
/** Values that can be asked for by equality through the index; filters see all of them. */
const MAX_VALUES = 2_000;
const PREFIX_LENGTHS = [1, 2, 3];

/** Marks the beginnings of words among the terms; no word has it. */
export const prefixTerm = (start: string): string => `^${[...start].slice(0, 3).join('')}`;
export const valueTerm = (field: string, value: string): string => `${field}=${value}`.slice(0, 1_000);

const statsSchema = z.object({
  filename: z.string(),
  mediaType: z.string(),
  documentType: z.string().nullable(),
  createdAt: z.number(),
  pages: z.number(),
  nameWords: z.number(),
  bodyWords: z.number(),
  words: z.array(z.tuple([z.string(), z.number(), z.number()])),
  fields: z.record(z.string(), z.array(z.string())),
});
const pagesSchema = z.array(z.object({ number: z.number(), text: z.string() }));

const pack = (value: unknown): Buffer => gzipSync(JSON.stringify(value));
const unpack = (bytes: Uint8Array): unknown =>
  JSON.parse(gunzipSync(bytes, { maxOutputLength: 64 * 1024 * 1024 }).toString());

export function unpackStats(shards: readonly Uint8Array[]): EntryStats {
  const [first, ...others] = shards.map((shard) => statsSchema.parse(unpack(shard)));
  if (first === undefined) throw new Error('an entry has no record');
  const words = new Map<string, WordCounts>();
  for (const part of [first, ...others]) for (const [word, name, body] of part.words) words.set(word, [name, body]);
  return { ...first, words };
}
export const unpackPages = (chunk: Uint8Array) => pagesSchema.parse(unpack(chunk));

/** The records of an entry: its words in shards, its text in chunks of whole pages, its field values. */
export function packEntry(entry: SearchEntry): {
  shards: EntryShard[];
  chunks: PageChunk[];
  values: string[];
  length: number;
} {
  const words = new Map<string, [number, number]>();
  const counts = (text: string, at: 0 | 1): number => {
    let total = 0;
    for (const token of tokenize(text)) {
      const found = words.get(token.text) ?? [0, 0];
      found[at] += 1;
      words.set(token.text, found);
      total += 1;
    }
    return total;
  };
  const nameWords = counts(entry.filename, 0);
  const bodyWords = entry.pages.reduce((total, page) => total + counts(page, 1), 0);
  const fields = Object.fromEntries(
    Object.entries(entry.fields).map(([name, values]) => [
      name,
      values.map((value) => value.slice(0, MAX_FIELD_VALUE)),
    ]),
  );
  const about = {
    filename: entry.filename,
    mediaType: entry.mediaType,
    documentType: entry.documentType,
    createdAt: Math.trunc(entry.createdAt),
    pages: entry.pages.length,
    nameWords,
    bodyWords,
  };

  const shards: EntryShard[] = [];
  let share: [string, number, number][] = [];
  let terms = new Set<string>();
  let bytes = 0;
  const flush = (): void => {
    // Fields and all else only once.
    shards.push({
      terms: [...terms],
      stats: pack({ ...about, words: share, fields: shards.length === 0 ? fields : {} }),
    });
    share = [];
    terms = new Set();
    bytes = 0;
  };
  for (const [word, [name, body]] of words) {
    if (terms.size > MAX_TERMS || bytes > MAX_TERM_BYTES) flush();
    share.push([word, name, body]);
    terms.add(word);
    bytes += Buffer.byteLength(word);
    const letters = [...word];
    for (const length of PREFIX_LENGTHS)
      if (letters.length >= length) terms.add(prefixTerm(letters.slice(0, length).join('')));
  }
  if (share.length > 0 || shards.length === 0) flush();

  const chunks: PageChunk[] = [];
  let pages: { number: number; text: string }[] = [];
  let size = 0;
  for (const [index, page] of entry.pages.entries()) {
    const length = Buffer.byteLength(page);
    if (size > 0 && size + length > CHUNK_BYTES) {
      chunks.push({ text: pack(pages) });
      pages = [];
      size = 0;
    }
    // Of a page that no document can hold its beginning is kept: the words of all of it are found all the same.
    pages.push({ number: index + 1, text: length > CHUNK_BYTES ? page.slice(0, CHUNK_BYTES / 3) : page });
    size += Math.min(length, CHUNK_BYTES);
  }
  if (pages.length > 0) chunks.push({ text: pack(pages) });
  const values = Object.entries(fields).flatMap(([name, all]) => all.map((value) => valueTerm(name, value)));
  return { shards, chunks, values: [...new Set(values)].slice(0, MAX_VALUES), length: nameWords + bodyWords };
}
