import { deflateSync } from 'node:zlib';
import {
  decodePDFRawStream,
  PDFArray,
  type PDFContext,
  type PDFDict,
  PDFName,
  type PDFObject,
  PDFRawStream,
} from '@cantoo/pdf-lib';
import { bareJpeg } from './bare-jpeg.ts';

const MAX_BYTES = 400 * 1024 * 1024;
/** What a mask lets through less of than this nobody sees. */
const UNSEEN = 32;
const LOOKABLE = /^(?:\[ ?)?(?:\/(?:FlateDecode|LZWDecode|ASCII85Decode|ASCIIHexDecode|RunLengthDecode) ?)*(?: ?\])?$/;
const name = (text: string): PDFName => PDFName.of(text);

/** The picture's stream anew where it had to be changed; else why the page cannot stay a drawing, or null for neither. */
export type Bared = { stream: PDFRawStream } | { reason: string } | null;

/**
 * A picture with nothing in its file but the pixels that it shows: no bytes behind them, no palette, no colours where its
 * mask lets nothing through. What cannot be looked into is refused.
 */
export function barePicture(context: PDFContext, stream: PDFRawStream): Bared {
  const { dict } = stream;
  const filter = context.lookup(dict.get(name('Filter')))?.toString() ?? '';
  if (filter.includes('JPX')) return { reason: 'it has a JPEG 2000 picture' };
  if (filter !== '/DCTDecode' && filter.includes('DCT')) return { reason: 'it has a picture packed twice' };
  if (dict.get(name('ImageMask'))?.toString() === 'true') return { reason: 'it has a stencil' };
  if (dict.has(name('Matte')) || dict.has(name('Mask'))) return { reason: 'it has a picture with a mask of colours' };
  if (!isPlainDecode(context, dict)) return { reason: 'it has a picture that is decoded in a way of its own' };
  const veil = veilOf(context, dict);
  if (typeof veil === 'string') return { reason: veil };
  if (filter === '/DCTDecode') {
    if (veil !== null) return { reason: 'it has a picture of which a mask hides a part' };
    const bare = bareJpeg(stream.contents);
    if (bare === null) return { reason: 'it has a picture that cannot be read' };
    return bare.length === stream.contents.length ? null : { stream: PDFRawStream.of(dict, bare) };
  }
  if (!LOOKABLE.test(filter)) return { reason: 'it has a picture whose packing cannot be looked into' };
  return barePixels(context, stream, veil);
}

const numberAt = (context: PDFContext, dict: PDFDict, key: string): number =>
  Number(context.lookup(dict.get(name(key)))?.toString() ?? Number.NaN);

function unpacked(stream: PDFRawStream): Uint8Array | null {
  try {
    return decodePDFRawStream(stream).decode();
  } catch (_saidByTheCaller) {
    return null;
  }
}

function barePixels(context: PDFContext, stream: PDFRawStream, veil: Veil | null): Bared {
  const { dict } = stream;
  const [width, height, bits] = ['Width', 'Height', 'BitsPerComponent'].map((key) => numberAt(context, dict, key)) as [
    number,
    number,
    number,
  ];
  const space = context.lookup(dict.get(name('ColorSpace')));
  const palette = paletteOf(context, space);
  if (palette === undefined) return { reason: 'it has a picture with a palette that cannot be read' };
  const channels = palette === null ? channelsOf(context, space) : 1;
  const length = height * Math.ceil((width * bits * channels) / 8);
  if (!(length > 0) || length * (palette?.channels ?? 1) > MAX_BYTES)
    return { reason: 'it has a picture that cannot be measured' };
  const all = unpacked(stream);
  if (all === null || all.length < length) return { reason: 'it has a picture that cannot be unpacked' };
  let pixels = all.subarray(0, length);
  if (palette !== null) {
    pixels = spread(pixels, { width, height, bits }, palette);
    dict.set(name('ColorSpace'), palette.base);
    dict.set(name('BitsPerComponent'), context.obj(8));
    dict.delete(name('Decode'));
  }
  if (veil !== null) {
    if (veil.width !== width || veil.height !== height || (palette === null && bits !== 8))
      return { reason: 'it has a picture of which a mask hides a part' };
    pixels = Uint8Array.from(pixels);
    const each = palette?.channels ?? channels;
    for (let at = 0; at < width * height; at++)
      if ((veil.alpha[at] ?? 0) < UNSEEN) pixels.fill(0, at * each, (at + 1) * each);
  } else if (palette === null && all.length === length) return null;
  dict.set(name('Filter'), name('FlateDecode'));
  dict.delete(name('DecodeParms'));
  return { stream: PDFRawStream.of(dict, deflateSync(pixels)) };
}

interface Veil {
  alpha: Uint8Array;
  width: number;
  height: number;
}

/** The mask of a picture, where it hides anything; null where it does not; else why it cannot be told. */
function veilOf(context: PDFContext, dict: PDFDict): Veil | null | string {
  const mask = context.lookup(dict.get(name('SMask')));
  if (mask === undefined) return null;
  const reason = 'it has a picture with a mask that cannot be looked into';
  if (!(mask instanceof PDFRawStream) || mask.dict.has(name('Decode')) || mask.dict.has(name('Matte'))) return reason;
  if (!LOOKABLE.test(context.lookup(mask.dict.get(name('Filter')))?.toString() ?? '')) return reason;
  const [width, height, bits] = ['Width', 'Height', 'BitsPerComponent'].map((key) =>
    numberAt(context, mask.dict, key),
  ) as [number, number, number];
  if (bits !== 8 || !(width * height < MAX_BYTES)) return reason;
  const alpha = unpacked(mask);
  if (alpha === null || alpha.length < width * height) return reason;
  return alpha.subarray(0, width * height).every((one) => one >= UNSEEN) ? null : { alpha, width, height };
}

/** Each component from none to all of it or the other way round; another range would show less than there is. */
function isPlainDecode(context: PDFContext, dict: PDFDict): boolean {
  const decode = context.lookup(dict.get(name('Decode')));
  if (decode === undefined) return true;
  if (!(decode instanceof PDFArray)) return false;
  const most = 2 ** numberAt(context, dict, 'BitsPerComponent') - 1;
  const ends = decode.asArray().map((one) => Number(one.toString()));
  const indexed = paletteOf(context, context.lookup(dict.get(name('ColorSpace')))) !== null;
  return ends.every(
    (end, at) =>
      at % 2 === 1 || (indexed ? end === 0 && ends[at + 1] === most : Math.abs(end - (ends[at + 1] ?? end)) === 1),
  );
}

interface Palette {
  base: PDFObject;
  channels: number;
  colours: Uint8Array;
}

/** Null where there is none, undefined where it cannot be read. */
function paletteOf(context: PDFContext, space: PDFObject | undefined): Palette | null | undefined {
  if (!(space instanceof PDFArray) || space.get(0) !== name('Indexed')) return null;
  const base = space.get(1);
  const channels = channelsOf(context, context.lookup(base));
  const table = context.lookup(space.get(3));
  if (channels === 0) return undefined;
  if (table instanceof PDFRawStream) {
    const colours = unpacked(table);
    return colours === null ? undefined : { base, channels, colours };
  }
  return table !== undefined && 'asBytes' in table && typeof table.asBytes === 'function'
    ? { base, channels, colours: Uint8Array.from(table.asBytes()) }
    : undefined;
}

/** How many numbers make a colour; 0 where that is not known. */
function channelsOf(context: PDFContext, space: PDFObject | undefined): number {
  const kind = (space instanceof PDFArray ? space.get(0) : space)?.toString();
  if (kind === '/DeviceGray' || kind === '/CalGray' || kind === '/Separation' || kind === '/G') return 1;
  if (kind === '/DeviceRGB' || kind === '/CalRGB' || kind === '/Lab' || kind === '/RGB') return 3;
  if (kind === '/DeviceCMYK' || kind === '/CMYK') return 4;
  if (!(space instanceof PDFArray)) return 0;
  const second = context.lookup(space.get(1));
  if (kind === '/DeviceN' && second instanceof PDFArray) return second.size();
  return kind === '/ICCBased' && second instanceof PDFRawStream ? numberAt(context, second.dict, 'N') : 0;
}

/** Numbers of colours as the colours themselves, a byte a channel. */
function spread(
  pixels: Uint8Array,
  { width, height, bits }: { width: number; height: number; bits: number },
  { colours, channels }: Palette,
): Uint8Array {
  const row = Math.ceil((width * bits) / 8);
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      const index = ((pixels[y * row + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
      for (let c = 0; c < channels; c++) out[(y * width + x) * channels + c] = colours[index * channels + c] ?? 0;
    }
  return out;
}
