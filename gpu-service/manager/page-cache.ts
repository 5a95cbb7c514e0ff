import { createHash } from 'node:crypto';
import type { CachedPage } from './cached-page.ts';
import type { DiskCache } from './disk-cache.ts';

export interface PageKey {
  /** Who may find it again: opaque; the same bytes read for another scope are read again. */
  scope: string;
  reader: string;
  /** With the precision of its parts. */
  version: string;
  dpi: number;
}

interface Entry {
  reader: string;
  value: CachedPage;
  expiresAt: number;
}

/** What an entry holds besides its JSON, roughly. */
const OVERHEAD = 400;

/** Results by content: least recently used first out when the bytes are used up; gone after `ttlMs`. */
export class PageCache {
  readonly #limit: number;
  readonly #ttlMs: number;
  readonly #now: () => number;
  readonly #disk: DiskCache | null;
  /** In the order of use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(options: { bytes: number; ttlMs: number; now: () => number; disk?: DiskCache | null }) {
    this.#limit = options.ttlMs > 0 ? options.bytes : 0;
    this.#ttlMs = options.ttlMs;
    this.#now = options.now;
    this.#disk = options.ttlMs > 0 ? (options.disk ?? null) : null;
  }

  get bytes(): number {
    return this.#bytes;
  }
  get size(): number {
    return this.#entries.size;
  }

  /** Names what is read: nothing of the image or its tenant can be told from it. */
  keyOf(image: Uint8Array, { scope, version, dpi }: PageKey): string {
    const content = createHash('sha256').update(image).digest('hex');
    return createHash('sha256')
      .update(JSON.stringify([scope, version, dpi, content]))
      .digest('hex');
  }

  /** Null: not there, or too old. */
  async get(key: string, reader: string): Promise<CachedPage | null> {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      this.#forget(key, entry);
      if (entry.expiresAt > this.#now()) {
        this.#keep(key, entry);
        return entry.value;
      }
    }
    const stored = (await this.#disk?.get(key, reader)) ?? null;
    if (stored !== null) this.#keep(key, { reader, value: stored.value, expiresAt: stored.storedAt + this.#ttlMs });
    return stored?.value ?? null;
  }

  async put(key: string, reader: string, value: CachedPage): Promise<void> {
    this.#keep(key, { reader, value, expiresAt: this.#now() + this.#ttlMs });
    await this.#disk?.put(key, reader, value);
  }

  /** Of one reader, or all; how many. */
  async drop(reader?: string): Promise<number> {
    const dropped = [...this.#entries].filter(([, entry]) => reader === undefined || entry.reader === reader);
    for (const [key, entry] of dropped) this.#forget(key, entry);
    return Math.max(dropped.length, (await this.#disk?.drop(reader)) ?? 0);
  }

  #keep(key: string, entry: Entry): void {
    const old = this.#entries.get(key);
    if (old !== undefined) this.#forget(key, old);
    const size = sizeOf(entry);
    if (size > this.#limit) return;
    this.#entries.set(key, entry);
    this.#bytes += size;
    for (const [oldest, value] of this.#entries) {
      if (this.#bytes <= this.#limit) break;
      this.#forget(oldest, value);
    }
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.delete(key)) this.#bytes -= sizeOf(entry);
  }
}

const sizeOf = (entry: Entry): number => entry.value.page.length + OVERHEAD;
