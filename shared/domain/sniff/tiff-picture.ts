import { RectoError } from '../errors.ts';
import { corrupt, truncated, view } from './byte-reader.ts';

/** Bytes of a value by type (TIFF 6.0 section 2); 0: no such type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const [BYTE, SHORT, LONG] = [1, 3, 4];

const WIDTH = 256;
const HEIGHT = 257;
const BITS = 258;
const COMPRESSION = 259;
const COLOURS = 262;
const SAMPLES = 277;
const ROWS_PER_STRIP = 278;
const TILE_WIDTH = 322;
const TILE_HEIGHT = 323;
const STRIPS = { offsets: 273, sizes: 279 };
const TILES = { offsets: 324, sizes: 325 };
/** One number each. */
const SINGLE: readonly number[] = [
  WIDTH,
  HEIGHT,
  COMPRESSION,
  COLOURS,
  SAMPLES,
  ROWS_PER_STRIP,
  TILE_WIDTH,
  TILE_HEIGHT,
];
/**
 * What is needed to draw a picture, and how many values it may have; 0: as many as there are parts or bytes. All else
 * (further directories, camera data, previews) is not looked at.
 */
const KEPT: ReadonlyMap<number, number> = new Map([
  ...SINGLE.map((tag): [number, number] => [tag, 1]),
  ...[...Object.values(STRIPS), ...Object.values(TILES)].map((tag): [number, number] => [tag, 0]),
  // Tables of a JPEG, and a map of three times as many colours as 16 bits tell apart.
  ...([
    [347, 0],
    [320, 3 * 65_536],
  ] as const),
  ...[BITS, 266, 274, 282, 283, 284, 292, 293, 296, 317, 338, 339].map((tag): [number, number] => [tag, 32]),
  ...[512, 513, 514, 515, 519, 520, 521, 529, 530, 532].map((tag): [number, number] => [tag, 16]),
]);

/** Four channels of 32 bits. */
const MAX_BITS = 128;
/** CIELab is 8; raw sensor data are far above. */
const MAX_COLOURS = 10;
const CMYK = 5;
/** None, three kinds of fax, LZW, two of JPEG, deflate by two names, PackBits, ThunderScan. */
const COMPRESSIONS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 32_946, 32_773, 32_809];
const JPEG: readonly number[] = [6, 7];
const DEFLATE: readonly number[] = [8, 32_946];
const MAX_PARTS = 2 ** 18;
/** A small picture may lie in a tile of this many pixels. */
const SMALL = 2 ** 20;
/** Parts may share bytes, but not all of them all. */
const MAX_SHARED = 4;

/** Throws when raw deflate data is damaged or gives more than `maxBytes`. */
export type CheckDeflated = (data: Uint8Array, maxBytes: number) => void;

export interface TiffPicture {
  width: number;
  height: number;
  /** Ink in four bytes a pixel or more, as printers save it; the decoder knows it in a browser only. Null: other colours. */
  cmyk: { samples: number } | null;
}

/**
 * Where the directories of pictures are, in their order, without following them into circles. Errors: `file_corrupt`,
 * `file_truncated`, `too_many_pages`.
 */
export function tiffDirectories(bytes: Uint8Array, maxPages: number): number[] {
  const data = view(bytes);
  const little = littleEndian(bytes);
  const found = new Set<number>();
  let at = firstTiffDirectory(bytes);
  while (at !== 0) {
    if (found.has(at)) throw corrupt('its list of pages returns to itself');
    found.add(at);
    if (found.size > maxPages)
      throw new RectoError('too_many_pages', `The TIFF has more than ${maxPages} pages. Split it and send the parts.`, {
        details: { maxPages },
      });
    const end = at + 2 <= bytes.length ? at + 2 + 12 * data.getUint16(at, little) : Number.POSITIVE_INFINITY;
    if (end + 4 > bytes.length) throw truncated();
    at = data.getUint32(end, little);
  }
  if (found.size === 0) throw corrupt('it holds no page');
  return [...found];
}

/** 0 where the file is too short to say. */
export const firstTiffDirectory = (bytes: Uint8Array): number =>
  bytes.length < 8 ? 0 : view(bytes).getUint32(4, littleEndian(bytes));

const littleEndian = (bytes: Uint8Array): boolean => bytes[0] === 0x49;

interface Entry {
  count: number;
  type: number;
  start: number;
}

/**
 * Changes the file in `bytes`, which must be a copy, so that a decoder finds the picture of that directory and nothing else: no
 * further directories wherever they lead, no sizes that stand twice or elsewhere, no values outside of the file, no more and no
 * larger parts than the picture has pixels for, no JPEG or deflated part that grows beyond it. Null for a directory without a
 * picture. Errors: `file_corrupt` for what no honest picture has, `file_truncated`, `unsupported_media_type`.
 */
export function isolateTiffPicture(bytes: Uint8Array, directory: number, check: CheckDeflated): TiffPicture | null {
  const data = view(bytes);
  const little = littleEndian(bytes);
  const u16 = (at: number): number => data.getUint16(at, little);
  const u32 = (at: number): number => data.getUint32(at, little);
  const entries = new Map<number, Entry>();
  if (directory < 8 || directory + 2 > bytes.length) throw truncated();
  const all = u16(directory);
  if (directory + 2 + 12 * all + 4 > bytes.length) throw truncated();
  for (let i = 0; i < all; i++) {
    const at = directory + 2 + 12 * i;
    const tag = u16(at);
    const most = KEPT.get(tag);
    if (most === undefined) continue;
    const [type, count] = [u16(at + 2), u32(at + 4)];
    const size = (TYPE_BYTES[type] ?? 0) * count;
    if (entries.has(tag)) throw corrupt(`tag ${tag} stands twice`);
    if (size === 0 || (most > 0 && count > most)) throw corrupt(`tag ${tag} has no or too many values`);
    if (SINGLE.includes(tag) && type !== SHORT && type !== LONG) throw corrupt(`tag ${tag} is not one number`);
    const start = size <= 4 ? at + 8 : u32(at + 8);
    if (start + size > bytes.length) throw truncated();
    bytes.copyWithin(directory + 2 + 12 * entries.size, at, at + 12);
    // Where values stand in the entry itself they have moved with it.
    entries.set(tag, { type, count, start: size <= 4 ? directory + 2 + 12 * entries.size + 8 : start });
  }
  data.setUint16(directory, entries.size, little);
  data.setUint32(directory + 2 + 12 * entries.size, 0, little);
  data.setUint32(4, directory, little);

  const valuesOf = (tag: number): number[] => {
    const { type, count, start } = entries.get(tag) ?? { type: BYTE, count: 0, start: 0 };
    if (type === SHORT) return Array.from({ length: count }, (_, i) => u16(start + 2 * i));
    if (type === LONG) return Array.from({ length: count }, (_, i) => u32(start + 4 * i));
    if (count === 0) return [];
    throw corrupt(`tag ${tag} holds no numbers`);
  };
  const one = (tag: number, otherwise: number): number => (entries.has(tag) ? (valuesOf(tag)[0] ?? 0) : otherwise);
  const [width, height] = [one(WIDTH, 0), one(HEIGHT, 0)];
  if (width === 0 || height === 0) return null;
  const samples = one(SAMPLES, 1);
  const bits = samples * one(BITS, 1);
  if (bits === 0 || bits > MAX_BITS) throw corrupt('it has no or too many bits a pixel');
  if (one(COLOURS, 0) > MAX_COLOURS) throw corrupt('its colours are of no known kind');
  const compression = one(COMPRESSION, 1);
  if (!COMPRESSIONS.includes(compression))
    throw new RectoError(
      'unsupported_media_type',
      `The TIFF is compressed in a way that is not supported (${compression}). Save it with LZW or without compression.`,
    );

  const tiled = entries.has(TILE_WIDTH) || entries.has(TILE_HEIGHT);
  const rows = Math.min(one(ROWS_PER_STRIP, height) || height, height);
  const part = tiled ? { width: one(TILE_WIDTH, 0), height: one(TILE_HEIGHT, 0) } : { width, height: rows };
  if (part.width === 0 || part.height === 0) throw corrupt('its tiles have no size');
  const area = part.width * part.height;
  if (area > 4 * Math.max(SMALL, width * height)) throw corrupt('its tiles are larger than the picture');
  // Of planes that lie apart each has parts of its own.
  const most = Math.ceil(width / part.width) * Math.ceil(height / part.height) * samples;
  const kind = tiled ? TILES : STRIPS;
  const count = entries.get(kind.offsets)?.count ?? 0;
  if (count > Math.min(most, MAX_PARTS) || (entries.get(kind.sizes)?.count ?? 0) > Math.max(count, 1))
    throw corrupt('it has more parts than the picture has room for');
  const [offsets, sizes] = [valuesOf(kind.offsets), valuesOf(kind.sizes)];
  if (offsets.some((offset, i) => offset + (sizes[i] ?? 0) > bytes.length)) throw truncated();
  if (sizes.reduce((sum, size) => sum + size, 0) > MAX_SHARED * bytes.length)
    throw corrupt('its parts share the same bytes');
  for (const [i, offset] of offsets.entries()) {
    const size = sizes[i] ?? 0;
    const packed = bytes.subarray(offset, offset + size);
    // Whole blocks of up to 16 pixels a side; some writers are generous.
    if (JPEG.includes(compression)) checkJpeg(packed, 2 * (part.width + 16) * (part.height + 16));
    // Two bytes before and four after are of zlib (RFC 1950).
    if (DEFLATE.includes(compression) && size > 6)
      checkDeflated(check, packed.subarray(2, -4), Math.ceil((part.width * bits) / 8) * part.height + 65_536);
  }
  // A JPEG comes out in red, green and blue.
  const isCmyk = one(COLOURS, 0) === CMYK && samples >= 4 && bits === 8 * samples && !JPEG.includes(compression);
  return { width, height, cmyk: isCmyk ? { samples } : null };
}

/** Opaque pixels of as much cyan, magenta, yellow and black (TIFF 6.0 section 16), without a profile of the printer. */
export function rgbaOfCmyk(data: Uint8Array, { width, height, cmyk }: TiffPicture): Uint8Array {
  const samples = cmyk?.samples ?? 4;
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let from = 0, to = 0; to < rgba.length; from += samples, to += 4) {
    const light = (255 - (data[from + 3] ?? 0)) / 255;
    for (let c = 0; c < 3; c++) rgba[to + c] = Math.round((255 - (data[from + c] ?? 0)) * light);
  }
  return rgba;
}

/** The decoder of a JPEG makes room for what its frame says, wherever that stands. */
function checkJpeg(packed: Uint8Array, mostPixels: number): void {
  const data = view(packed);
  for (let at = packed.indexOf(0xff); at >= 0 && at + 9 <= packed.length; at = packed.indexOf(0xff, at + 1)) {
    const marker = packed[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xc2;
    if (isFrame && data.getUint16(at + 5) * data.getUint16(at + 7) > mostPixels)
      throw corrupt('a part of it is a larger picture than the whole');
  }
}

function checkDeflated(check: CheckDeflated, packed: Uint8Array, mostBytes: number): void {
  try {
    check(packed, mostBytes);
  } catch (cause) {
    throw new RectoError(
      'file_corrupt',
      'The file is damaged: a part of it cannot be unpacked, or grows beyond the picture. Save it again with the program that made it.',
      { cause },
    );
  }
}
