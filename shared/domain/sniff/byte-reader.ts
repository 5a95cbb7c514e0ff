import { RectoError } from '../errors.ts';

/** Random access to a file's bytes without holding them. */
export interface ByteReader {
  readonly size: number;
  /** Bytes `start` to `end` (half open), clipped to the file. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Inflates raw deflate data, giving at most `maxBytes`; stops there without an error. Throws on damaged data. */
export type InflateRaw = (data: Uint8Array, maxBytes: number) => Uint8Array;

/** What a parser of untrusted bytes may do; all in bytes or counts. */
export interface SniffLimits {
  maxPages: number;
  maxPixels: number;
  maxExpandedBytes: number;
  maxArchiveRatio: number;
}

export interface Sniffed {
  mediaType: string;
  encrypted: boolean;
  pages: number | null;
  flags: string[];
}

/** Reads exactly `length` bytes or says that the file ends too early. */
export async function readExactly(reader: ByteReader, start: number, length: number): Promise<Uint8Array> {
  const bytes = await reader.read(start, start + length);
  if (bytes.length < length) throw truncated();
  return bytes;
}

export const truncated = (): RectoError =>
  new RectoError(
    'file_truncated',
    'The file ends before its content does; it was probably cut off in transfer. Send the whole file again.',
  );

export const corrupt = (what: string): RectoError =>
  new RectoError('file_corrupt', `The file is damaged: ${what}. Open and save it again with the program that made it.`);

export const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Latin-1, so that positions in the text are positions in the bytes. */
export function latin1(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return out;
}
