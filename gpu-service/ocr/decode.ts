import { createCanvas, loadImage } from '@napi-rs/canvas';
import utif from 'utif2';
import { RectoError } from '../../shared/domain/errors.ts';
import { rgbaOfCmyk } from '../../shared/domain/sniff/tiff-picture.ts';
import { firstFrameOfWebp } from './first-frame.ts';
import { type ImageHeader, readImageHeader } from './image-header.ts';
import { checkWhole } from './image-whole.ts';
import type { Raster } from './raster.ts';
import { firstPageOfTiff } from './tiff-first-page.ts';

/**
 * The pixels of a PNG, JPEG, WebP, GIF or TIFF as it is displayed: turned as EXIF says, transparency over white, of an
 * animation the first frame, of several pages the first.
 * Errors: `too_many_pixels` (before decoding), `file_truncated`, `file_corrupt`, and those of `readImageHeader`.
 */
export async function decodeImage(bytes: Uint8Array, maxPixels: number): Promise<Raster> {
  const header = readImageHeader(bytes);
  checkPixels(header, maxPixels);
  checkWhole(header.kind, bytes);
  try {
    return header.kind === 'tiff' ? decodeTiff(bytes, header) : await decodeWithCanvas(bytes, header);
  } catch (cause) {
    if (cause instanceof RectoError) throw cause;
    throw new RectoError(
      'file_corrupt',
      `The ${header.kind.toUpperCase()} image cannot be decoded; it is damaged or cut off.`,
      {
        cause,
      },
    );
  }
}

export function checkPixels(header: ImageHeader, maxPixels: number): void {
  if (header.width * header.height > maxPixels)
    throw new RectoError(
      'too_many_pixels',
      `The page image has ${header.width} x ${header.height} pixels; at most ${maxPixels} are read. Render it at a lower resolution.`,
      { details: { width: header.width, height: header.height, maxPixels } },
    );
}

async function decodeWithCanvas(bytes: Uint8Array, header: ImageHeader): Promise<Raster> {
  const frame = header.kind === 'webp' ? firstFrameOfWebp(bytes) : null;
  const image = await loadImage(frame?.still ?? bytes);
  const { width, height } = frame === null ? image : header;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(image, frame?.x ?? 0, frame?.y ?? 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

function decodeTiff(bytes: Uint8Array, header: ImageHeader): Raster {
  const page = firstPageOfTiff(bytes);
  if (page === null) throw new Error('no picture');
  const { file, picture } = page;
  if (picture.width !== header.width || picture.height !== header.height)
    throw new Error('another size than was checked');
  const [first] = utif.decode(file);
  if (first === undefined) throw new Error('no image directory');
  utif.decodeImage(file, first);
  const rgba = picture.cmyk === null ? utif.toRGBA8(first) : rgbaOfCmyk(first.data, picture);
  if (rgba.length < first.width * first.height * 4) throw new Error('too few pixels');
  return {
    width: first.width,
    height: first.height,
    data: new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.length),
  };
}
