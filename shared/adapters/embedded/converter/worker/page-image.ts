import { writeFile } from 'node:fs/promises';
import { createCanvas, ImageData } from '@napi-rs/canvas';
import type { PageSize } from '../../../../ports/converter.ts';
import type { PageImage } from '../doc-protocol.ts';
import { deflateRows, toSamples } from './png.ts';

const JPEG_QUALITY = 88;
/** Lossless as long as that stays reasonable for a page; text keeps its edges. */
const LOSSLESS_BYTES = 700_000;

async function encodeJpeg(rgba: Uint8Array, width: number, height: number, quality: number): Promise<Buffer> {
  const opaque = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  for (let i = 3; i < opaque.length; i += 4) opaque[i] = 255;
  const canvas = createCanvas(width, height);
  canvas.getContext('2d').putImageData(new ImageData(opaque, width, height), 0, 0);
  return canvas.encode('jpeg', quality);
}

/** Pixels as the stream of a PDF image: deflated while small, else JPEG, whichever is smaller. */
export async function writePageImage(
  rgba: Uint8Array,
  width: number,
  height: number,
  page: PageSize,
  file: string,
  quality = JPEG_QUALITY,
): Promise<PageImage> {
  const samples = toSamples(rgba, width, height);
  const deflated = deflateRows(samples, 4);
  const jpeg = deflated.length > LOSSLESS_BYTES ? await encodeJpeg(rgba, width, height, quality) : null;
  const useJpeg = jpeg !== null && jpeg.length < deflated.length;
  await writeFile(file, useJpeg ? jpeg : deflated, { flag: 'wx' });
  return {
    file,
    filter: useJpeg ? 'DCTDecode' : 'FlateDecode',
    gray: useJpeg ? false : samples.gray,
    width,
    height,
    page,
  };
}
