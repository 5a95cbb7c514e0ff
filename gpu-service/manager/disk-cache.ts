import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { CachedPage } from './cached-page.ts';

interface Stored {
  reader: string;
  size: number;
  storedAt: number;
}

const headSchema = z.object({ model: z.string(), seconds: z.number() });
const NAME = /^([\w.-]+)@([0-9a-f]{64})$/;

/**
 * Results in files of one folder, so that they outlive the process: `<reader>@<key>`, a line of JSON, then the page. The
 * oldest go when the bytes are used up, and all do at `ttlMs`. What cannot be written or read counts as not cached.
 */
export class DiskCache {
  readonly #folder: string;
  readonly #limit: number;
  readonly #ttlMs: number;
  readonly #now: () => number;
  /** Oldest first. */
  readonly #files = new Map<string, Stored>();
  #bytes = 0;

  constructor(options: { folder: string; bytes: number; ttlMs: number; now: () => number }) {
    this.#folder = options.folder;
    this.#limit = options.bytes;
    this.#ttlMs = options.ttlMs;
    this.#now = options.now;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const found = readdirSync(this.#folder).flatMap((name) => {
      const [, reader] = NAME.exec(name) ?? [];
      // Half written when a process ended.
      if (reader === undefined && name.endsWith('.part')) rmSync(path.join(this.#folder, name), { force: true });
      if (reader === undefined) return [];
      const { size, mtimeMs } = statSync(path.join(this.#folder, name));
      return [{ name, stored: { reader, size, storedAt: mtimeMs } }];
    });
    for (const { name, stored } of found.sort((a, b) => a.stored.storedAt - b.stored.storedAt)) this.#add(name, stored);
  }

  async get(key: string, reader: string): Promise<{ value: CachedPage; storedAt: number } | null> {
    const name = `${reader}@${key}`;
    const stored = this.#files.get(name);
    if (stored === undefined) return null;
    if (stored.storedAt + this.#ttlMs <= this.#now()) {
      await this.#remove(name, stored);
      return null;
    }
    try {
      const bytes = await readFile(path.join(this.#folder, name));
      const end = bytes.indexOf(10);
      const { model, seconds } = headSchema.parse(JSON.parse(bytes.toString('utf8', 0, end)));
      return { value: { model, seconds, page: bytes.subarray(end + 1) }, storedAt: stored.storedAt };
    } catch {
      // Damaged, or gone from under us: read anew, and written anew.
      await this.#remove(name, stored);
      return null;
    }
  }

  async put(key: string, reader: string, { page, model, seconds }: CachedPage): Promise<void> {
    const name = `${reader}@${key}`;
    const bytes = Buffer.concat([Buffer.from(`${JSON.stringify({ model, seconds })}\n`), page]);
    if (bytes.length > this.#limit) return;
    const part = path.join(this.#folder, `${randomUUID()}.part`);
    try {
      await writeFile(part, bytes, { mode: 0o600 });
      await rename(part, path.join(this.#folder, name));
    } catch {
      // A full disk must not cost the answer that was to be kept.
      await rm(part, { force: true });
      return;
    }
    this.#add(name, { reader, size: bytes.length, storedAt: this.#now() });
    for (const [oldest, stored] of [...this.#files]) {
      if (this.#bytes <= this.#limit && stored.storedAt + this.#ttlMs > this.#now()) break;
      await this.#remove(oldest, stored);
    }
  }

  async drop(reader?: string): Promise<number> {
    const matching = [...this.#files].filter(([, stored]) => reader === undefined || stored.reader === reader);
    for (const [name, stored] of matching) await this.#remove(name, stored);
    return matching.length;
  }

  #add(name: string, stored: Stored): void {
    this.#bytes += stored.size - (this.#files.get(name)?.size ?? 0);
    this.#files.delete(name);
    this.#files.set(name, stored);
  }

  async #remove(name: string, stored: Stored): Promise<void> {
    if (this.#files.get(name) !== stored) return;
    this.#files.delete(name);
    this.#bytes -= stored.size;
    await rm(path.join(this.#folder, name), { force: true });
  }
}
