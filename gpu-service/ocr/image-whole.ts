import { crc32 } from 'node:zlib';
import { RectoError } from '../../shared/domain/errors.ts';
import type { ImageKind } from './image-header.ts';

/**
 * Decoders fill in what is missing of an image that was cut off or damaged, and the text in it would be lost without a word.
 * Errors: `file_truncated`, `file_corrupt`.
 */
export function checkWhole(kind: ImageKind, bytes: Uint8Array): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!WHOLE[kind](buffer))
    throw new RectoError('file_truncated', `The ${kind.toUpperCase()} image ends too early; send it again whole.`);
}

const WHOLE: Record<ImageKind, (bytes: Buffer) => boolean> = {
  png: (bytes) => chunksEnd(bytes),
  jpeg: (bytes) => bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) > bytes.lastIndexOf(Buffer.from([0xff, 0xda])),
  webp: (bytes) => bytes.readUInt32LE(4) + 8 <= bytes.length,
  gif: (bytes) => blocksEnd(bytes),
  // Told where its parts are looked at (tiff-first-page.ts).
  tiff: () => true,
};

/** Walks the chunks to IEND, checking their sums. */
function chunksEnd(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) return false;
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end))
      throw new RectoError(
        'file_corrupt',
        'The PNG image is damaged: the checksum of a part does not match; send it again.',
      );
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return true;
    at = end + 4;
  }
  return false;
}

const EXTENSION = 0x21;
const PICTURE = 0x2c;
const TRAILER = 0x3b;

/** Walks the blocks of a GIF to its trailer. */
function blocksEnd(bytes: Buffer): boolean {
  const tableSize = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  let at = 13 + tableSize(bytes[10] ?? 0);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === TRAILER) return true;
    if (block === EXTENSION) at += 2;
    else if (block === PICTURE) at += 11 + tableSize(bytes[at + 9] ?? 0);
    else throw new RectoError('file_corrupt', 'The GIF image is damaged: a block of no known kind; send it again.');
    while ((bytes[at] ?? 0) > 0) at += 1 + (bytes[at] ?? 0);
    at++;
  }
  return false;
}
