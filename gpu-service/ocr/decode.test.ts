import { createCanvas } from '@napi-rs/canvas';
import utif from 'utif2';
import { describe, expect, it } from 'vitest';
import { pngHeader } from '#tests/support/draw-page.ts';
import { decodeImage } from './decode.ts';
import { readImageHeader } from './image-header.ts';

const WIDTH = 60;
const HEIGHT = 40;

function images(): Record<'png' | 'jpeg' | 'webp' | 'tiff', Uint8Array> {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = '#d02010';
  context.fillRect(10, 10, 20, 20);
  const pixels = context.getImageData(0, 0, WIDTH, HEIGHT).data;
  return {
    png: canvas.toBuffer('image/png'),
    jpeg: canvas.toBuffer('image/jpeg'),
    webp: canvas.toBuffer('image/webp'),
    tiff: new Uint8Array(utif.encodeImage(new Uint8Array(pixels), WIDTH, HEIGHT)),
  };
}
const coded = (code: string) => expect.objectContaining({ code });

describe('an image', () => {
  it.each(Object.entries(images()))(
    'of kind %s tells its size before it is decoded, then its pixels',
    async (kind, bytes) => {
      expect(readImageHeader(bytes)).toEqual({ kind, width: WIDTH, height: HEIGHT });
      const raster = await decodeImage(bytes, 1e6);
      expect([raster.width, raster.height]).toEqual([WIDTH, HEIGHT]);
      const [red = 0, green = 0] = raster.data.subarray((20 * WIDTH + 20) * 4);
      expect(red).toBeGreaterThan(180);
      expect(green).toBeLessThan(70);
    },
  );

  it.each(Object.entries(images()))(
    'of kind %s that was cut off is refused, never read as blank',
    async (_kind, bytes) => {
      await expect(decodeImage(bytes.slice(0, bytes.length - 20), 1e6)).rejects.toEqual(coded('file_truncated'));
    },
  );

  it('with more pixels than allowed is refused by its header', async () => {
    await expect(decodeImage(pngHeader(50_000, 50_000), 1e8)).rejects.toEqual(coded('too_many_pixels'));
  });

  it('of no known kind, without bytes, or with a damaged header has its own code', () => {
    expect(() => readImageHeader(new Uint8Array())).toThrow(coded('file_empty'));
    expect(() => readImageHeader(new TextEncoder().encode('<svg/>'))).toThrow(coded('unsupported_media_type'));
    expect(() => readImageHeader(images().png.slice(0, 12))).toThrow(coded('file_corrupt'));
  });

  it('lays transparency over white', async () => {
    const raster = await decodeImage(createCanvas(4, 4).toBuffer('image/png'), 100);
    expect([...raster.data.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  });
});
