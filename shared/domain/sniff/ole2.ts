import { type ByteReader, corrupt, readExactly, truncated, view } from './byte-reader.ts';

const END = 0xfffffffe;
const MAX_SECTORS = 4_000_000;
const MAX_ENTRIES = 20_000;

interface OleEntry {
  name: string;
  type: number;
  start: number;
  size: number;
}

/** A Compound File (MS-CFB): the names in its directory, and streams by name. */
export interface Ole2 {
  readonly names: ReadonlySet<string>;
  /** The first `maxBytes` of a stream; null if there is none of that name. */
  stream(name: string, maxBytes: number): Promise<Uint8Array | null>;
}

/** Errors: `file_corrupt` for chains that loop or leave the file, `file_truncated` when it ends too early. */
export async function openOle2(reader: ByteReader): Promise<Ole2> {
  const header = view(await readExactly(reader, 0, 512));
  const sectorShift = header.getUint16(30, true);
  const miniShift = header.getUint16(32, true);
  if ((sectorShift !== 9 && sectorShift !== 12) || miniShift > sectorShift)
    throw corrupt('its sector size is not valid');
  const sectorSize = 1 << sectorShift;
  const miniSize = 1 << miniShift;
  const miniCutoff = header.getUint32(56, true);
  const sectorAt = (sector: number): number => (sector + 1) * sectorSize;
  const readSector = async (sector: number): Promise<Uint8Array> => {
    if (sector >= MAX_SECTORS) throw corrupt('a sector number is out of range');
    if (sectorAt(sector) >= reader.size) throw truncated();
    const bytes = await reader.read(sectorAt(sector), sectorAt(sector) + sectorSize);
    if (bytes.length === sectorSize) return bytes;
    // Some writers leave out the padding of the last sector.
    const padded = new Uint8Array(sectorSize);
    padded.set(bytes);
    return padded;
  };

  const fatSectors: number[] = [];
  for (let i = 0; i < 109; i++) fatSectors.push(header.getUint32(76 + i * 4, true));
  let difat = header.getUint32(68, true);
  for (let i = 0; difat < END && i < 1000; i++) {
    const sector = view(await readSector(difat));
    for (let at = 0; at < sectorSize - 4; at += 4) fatSectors.push(sector.getUint32(at, true));
    difat = sector.getUint32(sectorSize - 4, true);
  }
  const perSector = sectorSize / 4;
  const next = async (sector: number): Promise<number> => {
    const fatSector = fatSectors[Math.floor(sector / perSector)];
    if (fatSector === undefined || fatSector >= END) throw corrupt('a chain of sectors leaves the file');
    return view(await readSector(fatSector)).getUint32((sector % perSector) * 4, true);
  };
  const chain = async (start: number, maxBytes: number, reserve = MAX_SECTORS): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let sector = start; sector < END && length < maxBytes; sector = await next(sector)) {
      if (parts.length > reserve) throw corrupt('a chain of sectors never ends');
      const bytes = await readSector(sector);
      parts.push(bytes);
      length += bytes.length;
    }
    const out = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };

  const entries: OleEntry[] = [];
  const directory = view(await chain(header.getUint32(48, true), MAX_ENTRIES * 128));
  for (let at = 0; at + 128 <= directory.byteLength; at += 128) {
    const nameBytes = Math.min(64, directory.getUint16(at + 64, true));
    if (nameBytes < 2) continue;
    let name = '';
    for (let i = 0; i < nameBytes - 2; i += 2) name += String.fromCharCode(directory.getUint16(at + i, true));
    entries.push({
      name,
      type: directory.getUint8(at + 66),
      start: directory.getUint32(at + 116, true),
      size: directory.getUint32(at + 120, true),
    });
  }
  const root = entries.find((entry) => entry.type === 5);
  if (root === undefined) throw corrupt('it has no root directory');

  const miniStream = async (entry: OleEntry, maxBytes: number): Promise<Uint8Array> => {
    const want = Math.min(entry.size, maxBytes);
    const container = await chain(root.start, Math.min(root.size, 16 * 1024 * 1024));
    const miniFat = view(await chain(header.getUint32(60, true), 4 * 1024 * 1024));
    const out = new Uint8Array(Math.ceil(want / miniSize) * miniSize);
    let sector = entry.start;
    for (let at = 0; at < want && sector < END; at += miniSize) {
      out.set(container.subarray(sector * miniSize, sector * miniSize + miniSize), at);
      if (sector * 4 + 4 > miniFat.byteLength) break;
      sector = miniFat.getUint32(sector * 4, true);
    }
    return out.subarray(0, want);
  };

  return {
    names: new Set(entries.map((entry) => entry.name)),
    stream: async (name, maxBytes) => {
      const entry = entries.find((each) => each.type === 2 && each.name === name);
      if (entry === undefined) return null;
      if (entry.size < miniCutoff) return miniStream(entry, maxBytes);
      return (await chain(entry.start, Math.min(entry.size, maxBytes))).subarray(0, Math.min(entry.size, maxBytes));
    },
  };
}
