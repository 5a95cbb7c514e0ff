import { type ByteReader, corrupt } from '../../../../domain/sniff/byte-reader.ts';

const BLOCK = 64 * 1024;
const MAX_BLOCKS = 256;
/** Far more than any honest file needs to show what it is. */
const MAX_READS = 20_000;

/** The file's bytes, asked of the platform in blocks; the last 16 MB stay at hand. */
export class RemoteReader implements ByteReader {
  size = 0;
  readonly #ask: (read: number, start: number, end: number) => void;
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  readonly #pending = new Map<number, { resolve: (bytes: Uint8Array) => void; reject: (error: unknown) => void }>();
  #reads = 0;

  constructor(ask: (read: number, start: number, end: number) => void) {
    this.#ask = ask;
  }

  receive(read: number, bytes: Uint8Array | null): void {
    const pending = this.#pending.get(read);
    this.#pending.delete(read);
    if (bytes === null) pending?.reject(new Error('the bytes could not be fetched'));
    else pending?.resolve(bytes);
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const from = Math.max(0, Math.min(start, this.size));
    const to = Math.max(from, Math.min(end, this.size));
    if (from === to) return new Uint8Array(0);
    const first = Math.floor(from / BLOCK);
    const last = Math.floor((to - 1) / BLOCK);
    if (first === last) {
      const block = await this.#block(first);
      return block.subarray(from - first * BLOCK, to - first * BLOCK);
    }
    const out = new Uint8Array(to - from);
    for (let index = first; index <= last; index++) {
      const block = await this.#block(index);
      const at = index * BLOCK;
      out.set(block.subarray(Math.max(0, from - at), Math.min(block.length, to - at)), Math.max(0, at - from));
    }
    return out;
  }

  #block(index: number): Promise<Uint8Array> {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    if (++this.#reads > MAX_READS) throw corrupt('its parts are scattered without end');
    const read = this.#reads;
    const block = new Promise<Uint8Array>((resolve, reject) => {
      this.#pending.set(read, { resolve, reject });
      this.#ask(read, index * BLOCK, Math.min(this.size, (index + 1) * BLOCK));
    });
    this.#blocks.set(index, block);
    if (this.#blocks.size > MAX_BLOCKS) {
      const oldest = this.#blocks.keys().next().value;
      if (oldest !== undefined) this.#blocks.delete(oldest);
    }
    return block;
  }
}
