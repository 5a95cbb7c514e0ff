import { RectoError } from '../errors.ts';
import {
  type ByteReader,
  corrupt,
  type InflateRaw,
  latin1,
  readExactly,
  type SniffLimits,
  truncated,
  view,
} from './byte-reader.ts';

export interface ZipEntry {
  name: string;
  method: number;
  encrypted: boolean;
  compressedSize: number;
  size: number;
  /** Offset of the local header. */
  offset: number;
}

const MAX_ENTRIES = 65_535;
const EOCD_BYTES = 22;

/**
 * The central directory of a zip file (PKWARE APPNOTE 4.3); nothing is expanded. Errors: `file_truncated` when the
 * directory at the end is missing, `file_corrupt` when it contradicts the file, `archive_bomb` above 65,535 entries.
 */
export async function readZipDirectory(reader: ByteReader): Promise<ZipEntry[]> {
  const tailStart = Math.max(0, reader.size - EOCD_BYTES - 65_535);
  const tail = await reader.read(tailStart, reader.size);
  const at = latin1(tail).lastIndexOf('PK\x05\x06');
  if (at < 0 || tail.length - at < EOCD_BYTES) throw truncated();
  const end = view(tail.subarray(at));
  const count = end.getUint16(10, true);
  let length = end.getUint32(12, true);
  let start = end.getUint32(16, true);
  if (start === 0xffffffff || count === 0xffff) {
    const located = await readZip64End(reader, tailStart + at);
    if (located !== null) ({ start, length } = located);
  }
  const before = tailStart + at - length;
  if (length > 64 * 1024 * 1024 || before < 0) throw corrupt('its table of contents is larger than the file');
  // Bytes put before the archive shift every offset by the same amount.
  const shift = Math.max(0, before - start);
  const directory = view(await readExactly(reader, start + shift, length));
  const entries: ZipEntry[] = [];
  let position = 0;
  while (position + 46 <= length && directory.getUint32(position, true) === 0x02014b50) {
    if (entries.length >= MAX_ENTRIES)
      throw new RectoError('archive_bomb', 'The archive holds more than 65,535 entries.');
    const nameLength = directory.getUint16(position + 28, true);
    const extraLength = directory.getUint16(position + 30, true);
    const next = position + 46 + nameLength + extraLength + directory.getUint16(position + 32, true);
    if (next > length) throw truncated();
    const bytes = new Uint8Array(directory.buffer, directory.byteOffset + position + 46, nameLength + extraLength);
    const entry = {
      name: new TextDecoder().decode(bytes.subarray(0, nameLength)),
      method: directory.getUint16(position + 10, true),
      encrypted: (directory.getUint16(position + 8, true) & 1) === 1,
      compressedSize: directory.getUint32(position + 20, true),
      size: directory.getUint32(position + 24, true),
      offset: directory.getUint32(position + 42, true) + shift,
    };
    applyZip64(entry, bytes.subarray(nameLength));
    entries.push(entry);
    position = next;
  }
  if (entries.length < count && count !== 0xffff) throw corrupt('its table of contents is incomplete');
  return entries;
}

async function readZip64End(reader: ByteReader, eocd: number): Promise<{ start: number; length: number } | null> {
  const locator = view(await reader.read(Math.max(0, eocd - 20), eocd));
  if (locator.byteLength < 20 || locator.getUint32(0, true) !== 0x07064b50) return null;
  const record = view(await readExactly(reader, Number(locator.getBigUint64(8, true)), 56));
  if (record.getUint32(0, true) !== 0x06064b50) throw corrupt('its zip64 record is not where it should be');
  return { length: Number(record.getBigUint64(40, true)), start: Number(record.getBigUint64(48, true)) };
}

function applyZip64(entry: ZipEntry, extra: Uint8Array): void {
  const fields = view(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + fields.getUint16(at + 2, true)) {
    if (fields.getUint16(at, true) !== 1) continue;
    let value = at + 4;
    const take = (): number => {
      if (value + 8 > extra.length) throw corrupt('a zip64 field is cut off');
      value += 8;
      return Number(fields.getBigUint64(value - 8, true));
    };
    if (entry.size === 0xffffffff) entry.size = take();
    if (entry.compressedSize === 0xffffffff) entry.compressedSize = take();
    if (entry.offset === 0xffffffff) entry.offset = take();
  }
}

/** Where an entry's bytes begin: after its local header. */
export async function dataStart(reader: ByteReader, entry: ZipEntry): Promise<number> {
  const header = view(await readExactly(reader, entry.offset, 30));
  if (header.getUint32(0, true) !== 0x04034b50)
    throw corrupt(`the entry "${entry.name.slice(0, 80)}" is not where the table of contents says`);
  return entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
}

/** The first `maxBytes` of an entry's content. */
export async function readZipEntry(
  reader: ByteReader,
  entry: ZipEntry,
  inflate: InflateRaw,
  maxBytes: number,
): Promise<Uint8Array> {
  const start = await dataStart(reader, entry);
  const data = await reader.read(start, start + Math.min(entry.compressedSize, maxBytes));
  if (entry.method === 0) return data;
  if (entry.method !== 8)
    throw corrupt(`the entry "${entry.name.slice(0, 80)}" uses a compression that documents do not use`);
  return inflate(data, maxBytes);
}

/** Refuses archives that are built to exhaust or escape: expansion, ratio, overlaps, escaping names, deep nesting. */
export function checkZip(entries: readonly ZipEntry[], fileSize: number, limits: SniffLimits): void {
  const bomb = (what: string, details: Record<string, unknown>) =>
    new RectoError('archive_bomb', `The file is an archive that ${what}; it is not expanded.`, { details });
  const expanded = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (expanded > limits.maxExpandedBytes)
    throw bomb('expands beyond the limit', { expandedBytes: expanded, maxExpandedBytes: limits.maxExpandedBytes });
  // Small documents compress well by nature: the ratio counts from 10 MB.
  if (expanded > 10 * 1024 * 1024 && expanded / Math.max(1, fileSize) > limits.maxArchiveRatio)
    throw bomb('expands suspiciously far', {
      ratio: Math.round(expanded / fileSize),
      maxArchiveRatio: limits.maxArchiveRatio,
    });
  const ordered = [...entries].sort((a, b) => a.offset - b.offset);
  for (let i = 1; i < ordered.length; i++) {
    const previous = ordered[i - 1] as ZipEntry;
    const entry = ordered[i] as ZipEntry;
    if (entry.offset < previous.offset + 30 + previous.compressedSize) throw bomb('has overlapping entries', {});
  }
  const last = ordered.at(-1);
  if (last !== undefined && last.offset + 30 + last.compressedSize > fileSize) throw truncated();
  for (const entry of entries) {
    const parts = entry.name.split(/[/\\]/);
    if (parts.includes('..') || /^(?:[/\\]|[a-z]:)/i.test(entry.name))
      throw bomb('names a file outside of itself', { entry: entry.name.slice(0, 200) });
  }
}
