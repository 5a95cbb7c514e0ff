import { readFile } from 'node:fs/promises';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import UTIF from 'utif2';
import { RectoError } from '../../../../domain/errors.ts';
import { corrupt, truncated } from '../../../../domain/sniff/byte-reader.ts';
import { tooManyPixels } from '../../../../domain/sniff/image-header.ts';
import {
  isolateTiffPicture,
  rgbaOfCmyk,
  type TiffPicture,
  tiffDirectories,
} from '../../../../domain/sniff/tiff-picture.ts';
import { imageDpi, isComplete } from './image-metadata.ts';
import { checkDeflated } from './inflate.ts';

export interface DecodedImage {
  /** On white. */
  rgba: Uint8Array;
  width: number;
  height: number;
  /** As the file says, null where it says nothing credible. */
  dpi: number | null;
}

const credible = (dpi: number): number | null => (dpi >= 100 && dpi <= 2400 ? dpi : null);

/**
 * The pages of an image file, one at a time, upright. Errors: `file_corrupt`, `file_truncated`, `too_many_pixels`,
 * `too_many_pages`, `unsupported_media_type`.
 */
export async function* decodeImages(
  file: string,
  mediaType: string,
  limits: { maxPixels: number; maxPages: number },
): AsyncGenerator<DecodedImage, void, undefined> {
  const bytes = await readFile(file);
  if (mediaType === 'image/tiff') yield* decodeTiff(bytes, limits);
  else yield await decodeOne(bytes, mediaType, limits.maxPixels);
}

async function decodeOne(bytes: Buffer, mediaType: string, maxPixels: number): Promise<DecodedImage> {
  if (!isComplete(bytes, mediaType)) throw truncated();
  let image: Awaited<ReturnType<typeof loadImage>>;
  try {
    image = await loadImage(bytes);
  } catch (error) {
    throw new RectoError(
      'file_corrupt',
      'The image is damaged and cannot be decoded. Save it again with the program that made it.',
      {
        cause: error,
      },
    );
  }
  const { width, height } = image;
  if (!(width > 0 && height > 0)) throw corrupt('the picture has no width or no height');
  if (width * height > maxPixels) throw tooManyPixels(width, height, maxPixels);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  const data = context.getImageData(0, 0, width, height).data;
  // The decoder has turned it as its EXIF orientation says.
  return { rgba: new Uint8Array(data.buffer), width, height, dpi: credible(imageDpi(bytes, mediaType)) };
}

function* decodeTiff(
  bytes: Buffer,
  { maxPixels, maxPages }: { maxPixels: number; maxPages: number },
): Generator<DecodedImage, void, undefined> {
  // Memory of its own: the decoder looks at all that a view lies in, and would copy a view for each page.
  const file = new Uint8Array(bytes);
  let pages = 0;
  for (const at of tiffDirectories(file, maxPages)) {
    const picture = isolateTiffPicture(file, at, checkDeflated);
    if (picture === null) continue;
    const { width, height } = picture;
    if (width * height > maxPixels) throw tooManyPixels(width, height, maxPixels);
    pages++;
    yield decodePicture(file, picture);
  }
  if (pages === 0) throw corrupt('the TIFF holds no picture');
}

/** The one picture that `isolateTiffPicture` has left. */
function decodePicture(file: Uint8Array<ArrayBuffer>, picture: TiffPicture): DecodedImage {
  const { width, height, cmyk } = picture;
  let directory: UTIF.IFD | undefined;
  let rgba: Uint8Array;
  try {
    [directory] = UTIF.decode(file.buffer);
    if (directory === undefined) throw new Error('no directory');
    UTIF.decodeImage(file.buffer, directory);
    const { data } = directory;
    if (!(data instanceof Uint8Array) || data.length === 0) throw new Error('no pixels');
    rgba = cmyk === null ? whiten(UTIF.toRGBA8(directory)) : rgbaOfCmyk(data, picture);
  } catch (cause) {
    throw new RectoError(
      'file_corrupt',
      'A page of the TIFF cannot be decoded: it is damaged, or of a kind that is not supported. Save it in RGB or gray with the program that made it.',
      { cause },
    );
  }
  if (rgba.length !== width * height * 4) throw corrupt('a page of the TIFF is incomplete');
  const first = (tag: string): number => {
    const value = directory[tag];
    return Array.isArray(value) ? Number(value[0]) : 0;
  };
  const unit = first('t296') === 3 ? 2.54 : 1;
  return orient({ rgba, width, height, dpi: credible(first('t282') * unit) }, first('t274') || 1);
}

/** Transparent pixels over white, as paper is. */
function whiten(rgba: Uint8Array): Uint8Array {
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3] as number;
    if (alpha === 255) continue;
    for (let c = 0; c < 3; c++) rgba[i + c] = Math.round(((rgba[i + c] as number) * alpha + 255 * (255 - alpha)) / 255);
    rgba[i + 3] = 255;
  }
  return rgba;
}

/** Turns by an EXIF or TIFF orientation (1 to 8): where the stored first row and column belong. */
export function orient(image: DecodedImage, orientation: number): DecodedImage {
  if (!(orientation >= 2 && orientation <= 8)) return image;
  const { width, height } = image;
  const swap = orientation >= 5;
  const [outWidth, outHeight] = swap ? [height, width] : [width, height];
  const source = new Uint32Array(image.rgba.buffer, image.rgba.byteOffset, width * height);
  const target = new Uint32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const u = [2, 3].includes(orientation)
        ? width - 1 - x
        : [6, 7].includes(orientation)
          ? outWidth - 1 - y
          : swap
            ? y
            : x;
      const v = [3, 4].includes(orientation)
        ? height - 1 - y
        : [7, 8].includes(orientation)
          ? outHeight - 1 - x
          : swap
            ? x
            : y;
      target[v * outWidth + u] = source[y * width + x] as number;
    }
  return { ...image, rgba: new Uint8Array(target.buffer), width: outWidth, height: outHeight };
}
