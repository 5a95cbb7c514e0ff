import { RectoError } from '../errors.ts';
import { type ByteReader, corrupt, latin1, type SniffLimits, truncated, view } from './byte-reader.ts';
import { readTiffDirectories } from './tiff.ts';

interface ImageHeader {
  width: number;
  height: number;
  pages: number;
  flags: string[];
}

export const tooManyPixels = (width: number, height: number, maxPixels: number): RectoError =>
  new RectoError(
    'too_many_pixels',
    `The image is ${width} x ${height} pixels; at most ${maxPixels} pixels are decoded. Send it scaled down.`,
    { details: { width, height, maxPixels } },
  );

/** Walks JPEG segments (ITU T.81 B.1.1) to the frame header. */
async function jpegSize(reader: ByteReader): Promise<{ width: number; height: number }> {
  let at = 2;
  for (let segments = 0; segments < 2000; segments++) {
    const head = await reader.read(at, at + 9);
    if (head.length < 4) throw truncated();
    const marker = head[1] as number;
    if (head[0] !== 0xff) throw corrupt('a JPEG segment does not start with a marker');
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      if (head.length < 9) throw truncated();
      return { height: view(head).getUint16(5), width: view(head).getUint16(7) };
    }
    const standalone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    at += standalone ? 2 : 2 + view(head).getUint16(2);
  }
  throw corrupt('no JPEG frame was found');
}

function webpSize(head: Uint8Array): { width: number; height: number } {
  const data = view(head);
  const kind = latin1(head.subarray(12, 16));
  const u24 = (at: number): number => data.getUint16(at, true) | (data.getUint8(at + 2) << 16);
  if (kind === 'VP8X') return { width: u24(24) + 1, height: u24(27) + 1 };
  if (kind === 'VP8L') {
    const bits = data.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind === 'VP8 ') return { width: data.getUint16(26, true) & 0x3fff, height: data.getUint16(28, true) & 0x3fff };
  throw corrupt('its WebP chunk is of no known kind');
}

/** The largest `ispe` (image spatial extents) box, which bounds what the decoder allocates, grids included. */
function avifSize(head: Uint8Array): { width: number; height: number } {
  const text = latin1(head);
  let best = { width: 0, height: 0 };
  for (let at = text.indexOf('ispe'); at >= 0 && at + 16 <= head.length; at = text.indexOf('ispe', at + 4)) {
    const size = { width: view(head).getUint32(at + 8), height: view(head).getUint32(at + 12) };
    if (size.width * size.height > best.width * best.height) best = size;
  }
  if (best.width === 0) throw corrupt('it does not say how large the picture is');
  return best;
}

/** Whether bytes follow a PNG's end chunk: remains of an earlier, larger image among others (CVE-2023-21036). */
async function pngTrailingData(reader: ByteReader): Promise<boolean> {
  const tail = await reader.read(Math.max(8, reader.size - 12), reader.size);
  return latin1(tail.subarray(4, 8)) !== 'IEND';
}

async function headerOf(reader: ByteReader, mediaType: string, maxPages: number): Promise<ImageHeader> {
  const head = await reader.read(0, 65_536);
  const data = view(head);
  const one = (size: { width: number; height: number }, flags: string[] = []): ImageHeader => ({
    ...size,
    pages: 1,
    flags,
  });
  if (head.length < 30 && mediaType !== 'image/tiff') throw truncated();
  switch (mediaType) {
    case 'image/png':
      if (latin1(head.subarray(12, 16)) !== 'IHDR') throw corrupt('its first chunk is not the PNG header');
      return one(
        { width: data.getUint32(16), height: data.getUint32(20) },
        (await pngTrailingData(reader)) ? ['trailing-data'] : [],
      );
    case 'image/jpeg':
      return one(await jpegSize(reader));
    case 'image/gif':
      return one({ width: data.getUint16(6, true), height: data.getUint16(8, true) });
    case 'image/bmp':
      if (data.getUint32(14, true) === 12)
        return one({ width: data.getUint16(18, true), height: data.getUint16(20, true) });
      return one({ width: Math.abs(data.getInt32(18, true)), height: Math.abs(data.getInt32(22, true)) });
    case 'image/webp':
      return one(webpSize(head));
    case 'image/avif':
      return one(avifSize(head));
    default: {
      const directories = await readTiffDirectories(reader, maxPages);
      const largest = directories.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
      return { width: largest.width, height: largest.height, pages: directories.length, flags: [] };
    }
  }
}

/** Size and page count from the header alone, before any decoder sees the file. Errors: `too_many_pixels`, `too_many_pages`, `file_corrupt`. */
export async function inspectImage(
  reader: ByteReader,
  mediaType: string,
  limits: SniffLimits,
): Promise<{ pages: number; flags: string[] }> {
  const header = await headerOf(reader, mediaType, limits.maxPages);
  if (header.width === 0 || header.height === 0) throw corrupt('the picture has no width or no height');
  if (header.width * header.height > limits.maxPixels)
    throw tooManyPixels(header.width, header.height, limits.maxPixels);
  return { pages: header.pages, flags: header.flags };
}
