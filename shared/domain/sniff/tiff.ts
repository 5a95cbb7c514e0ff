import { RectoError } from '../errors.ts';
import { type ByteReader, corrupt, readExactly, truncated, view } from './byte-reader.ts';

export interface TiffDirectory {
  width: number;
  height: number;
}

const WIDTH = 256;
const HEIGHT = 257;

/**
 * Walks the image file directories (TIFF 6.0 section 2) without decoding. Errors: `too_many_pages`, `file_corrupt` when
 * the chain of directories returns to itself, `file_truncated` when it leaves the file.
 */
export async function readTiffDirectories(reader: ByteReader, maxPages: number): Promise<TiffDirectory[]> {
  const header = view(await readExactly(reader, 0, 8));
  const little = header.getUint16(0) === 0x4949;
  if (header.getUint16(2, little) !== 42)
    throw new RectoError(
      'unsupported_media_type',
      'The file is a BigTIFF, which is not supported. Save it as a classic TIFF.',
    );
  const seen = new Set<number>();
  const directories: TiffDirectory[] = [];
  for (let offset = header.getUint32(4, little); offset !== 0; ) {
    if (seen.has(offset)) throw corrupt('its list of pages returns to itself');
    seen.add(offset);
    if (seen.size > maxPages)
      throw new RectoError('too_many_pages', `The TIFF has more than ${maxPages} pages. Split it and send the parts.`, {
        details: { maxPages },
      });
    if (offset + 2 > reader.size) throw truncated();
    const count = view(await readExactly(reader, offset, 2)).getUint16(0, little);
    const entries = view(await readExactly(reader, offset + 2, count * 12 + 4));
    const directory = { width: 0, height: 0 };
    for (let i = 0; i < count; i++) {
      const tag = entries.getUint16(i * 12, little);
      if (tag !== WIDTH && tag !== HEIGHT) continue;
      const short = entries.getUint16(i * 12 + 2, little) === 3;
      const value = short ? entries.getUint16(i * 12 + 8, little) : entries.getUint32(i * 12 + 8, little);
      if (tag === WIDTH) directory.width = value;
      else directory.height = value;
    }
    directories.push(directory);
    offset = entries.getUint32(count * 12, little);
  }
  if (directories.length === 0) throw corrupt('it holds no page');
  return directories;
}
