import { RectoError } from '../../shared/domain/errors.ts';

export type ImageKind = 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff';

export interface ImageHeader {
  kind: ImageKind;
  width: number;
  height: number;
}

/**
 * Kind and size of an image from its first bytes, before anything is decoded: a header costs nothing, pixels do.
 * Errors: `file_empty`, `unsupported_media_type` (none of the five kinds), `file_corrupt` (no size to be found).
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) throw new RectoError('file_empty', 'The page image has no bytes.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = kindOf(view);
  if (kind === null)
    throw new RectoError(
      'unsupported_media_type',
      'The page image is neither PNG, JPEG, WebP, GIF nor TIFF; convert it first.',
    );
  let size: { width: number; height: number } | null;
  try {
    size = { png, jpeg, webp, gif, tiff }[kind](view);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    size = null;
  }
  if (size === null || size.width < 1 || size.height < 1)
    throw new RectoError(
      'file_corrupt',
      `The ${kind.toUpperCase()} image's header is damaged; its size cannot be read.`,
    );
  return { kind, ...size };
}

const ascii = (view: DataView, at: number, length: number): string => {
  let text = '';
  for (let i = at; i < Math.min(at + length, view.byteLength); i++) text += String.fromCharCode(view.getUint8(i));
  return text;
};

function kindOf(view: DataView): ImageKind | null {
  const start = ascii(view, 0, 12);
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start.startsWith('RIFF') && start.slice(8) === 'WEBP') return 'webp';
  if (/^GIF8[79]a/.test(start)) return 'gif';
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return 'tiff';
  return null;
}

type Size = { width: number; height: number } | null;

const png = (view: DataView): Size =>
  ascii(view, 12, 4) === 'IHDR' ? { width: view.getUint32(16), height: view.getUint32(20) } : null;

/** Walks the segments to the frame header (SOF0 to SOF15, without DHT, JPG and DAC). */
function jpeg(view: DataView): Size {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function webp(view: DataView): Size {
  const chunk = ascii(view, 12, 4);
  if (chunk === 'VP8X')
    return {
      width: 1 + view.getUint16(24, true) + (view.getUint8(26) << 16),
      height: 1 + view.getUint16(27, true) + (view.getUint8(29) << 16),
    };
  if (chunk === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return null;
}

const gif = (view: DataView): Size => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) });

/** Tags 256 and 257 of the first directory. */
function tiff(view: DataView): Size {
  const little = view.getUint8(0) === 0x49;
  const directory = view.getUint32(4, little);
  const entries = view.getUint16(directory, little);
  let width = 0;
  let height = 0;
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * 12;
    const tag = view.getUint16(at, little);
    const value =
      view.getUint16(at + 2, little) === 3 ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little);
    if (tag === 256) width = value;
    if (tag === 257) height = value;
  }
  return { width, height };
}
