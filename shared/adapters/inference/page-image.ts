import { RectoError } from '../../domain/errors.ts';
import { corrupt, latin1, truncated, view } from '../../domain/sniff/byte-reader.ts';
import type { OcrPageInput } from '../../ports/inference.ts';

const PNG = '\x89PNG\r\n\x1a\n';

/**
 * Width and height from the header of a PNG or JPEG; nothing is decoded here. Errors: `unsupported_media_type`,
 * `file_truncated`, `file_corrupt`, and `too_many_pixels` for one of more bytes than `maxBytes`.
 */
export function sizeOfPageImage(page: OcrPageInput, maxBytes: number): { width: number; height: number } {
  const { image, mediaType } = page;
  if (image.length > maxBytes)
    throw new RectoError(
      'too_many_pixels',
      `The image of page ${page.number} has ${image.length} bytes; the OCR engine takes ${maxBytes}.`,
    );
  const start = latin1(image.subarray(0, 8));
  const size = start === PNG ? pngSize(image) : start.startsWith('\xff\xd8\xff') ? jpegSize(image) : null;
  if (size === null)
    throw new RectoError(
      'unsupported_media_type',
      `This OCR engine takes PNG and JPEG; page ${page.number} is ${mediaType}.`,
    );
  if (size.width === 0 || size.height === 0) throw corrupt('the picture has no width or no height');
  return size;
}

function pngSize(image: Uint8Array): { width: number; height: number } {
  if (image.length < 33) throw truncated();
  if (latin1(image.subarray(12, 16)) !== 'IHDR') throw corrupt('its first chunk is not the PNG header');
  return { width: view(image).getUint32(16), height: view(image).getUint32(20) };
}

/** Walks the segments (ITU T.81 B.1.1) to the frame header. */
function jpegSize(image: Uint8Array): { width: number; height: number } {
  const data = view(image);
  for (let at = 2; at + 9 <= image.length; ) {
    if (data.getUint8(at) !== 0xff) throw corrupt('a JPEG segment does not start with a marker');
    const marker = data.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { height: data.getUint16(at + 5), width: data.getUint16(at + 7) };
    else at += marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8) ? 2 : 2 + data.getUint16(at + 2);
  }
  throw truncated();
}

/** PNG or JPEG, by its bytes. */
export const mediaTypeOf = (image: Uint8Array): 'image/png' | 'image/jpeg' =>
  image[0] === 0x89 ? 'image/png' : 'image/jpeg';
