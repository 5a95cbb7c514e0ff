import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { withExif } from '#tests/corpus/image-files.ts';
import { gif, tiffPages, webpAnimated } from '#tests/support/encode-animated.ts';
import { cmykJpeg } from '#tests/support/encode-jpeg.ts';
import { type Pixels, png16, pngAlpha, pngAnimated, pngInterlaced, pngPalette } from '#tests/support/encode-png.ts';
import { decodeImage } from './decode.ts';

const WIDTH = 120;
const HEIGHT = 48;

/** White with a black bar of its own width. */
function drawn(bar: number, turn = false) {
  const canvas = turn ? createCanvas(HEIGHT, WIDTH) : createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (turn) {
    // As a camera held upright stores it: to be turned clockwise for display.
    context.translate(0, WIDTH);
    context.rotate(-Math.PI / 2);
  }
  context.fillStyle = '#000';
  context.fillRect(10, 8, bar, 12);
  return canvas;
}
const pixelsOf = (bar: number): Pixels => {
  const { data, width, height } = drawn(bar).getContext('2d').getImageData(0, 0, WIDTH, HEIGHT);
  return { data, width, height };
};

/** Mean difference of the samples from the plain picture. */
async function difference(bytes: Uint8Array): Promise<number> {
  const raster = await decodeImage(bytes, 1e6);
  const plain = pixelsOf(60).data;
  expect([raster.width, raster.height]).toEqual([WIDTH, HEIGHT]);
  return plain.reduce((sum, value, at) => sum + Math.abs(value - (raster.data[at] ?? 0)), 0) / plain.length;
}

const [first, other] = [pixelsOf(60), pixelsOf(90)];
const KINDS: Record<string, () => Uint8Array> = {
  'PNG with 16 bits a sample': () => png16(first),
  'PNG with a palette': () => pngPalette(first),
  'PNG with transparency': () => pngAlpha(first),
  'interlaced PNG': () => pngInterlaced(first),
  'animated PNG': () => pngAnimated(first, other),
  'JPEG in CMYK': () => cmykJpeg(first),
  'JPEG that EXIF turns': () => withExif(drawn(60, true).toBuffer('image/jpeg', 95), 6, ''),
  'animated GIF': () => gif(first, other),
  'animated WebP': () => webpAnimated(first, other),
  'TIFF of two pages': () => tiffPages(first, other),
};

describe('what is displayed', () => {
  it.each(Object.entries(KINDS))('of a %s is read', async (_, bytes) => {
    expect(await difference(bytes())).toBeLessThan(2);
  });
});

describe('an image that is cut off', () => {
  const cut = ['animated GIF', 'animated WebP', 'animated PNG', 'interlaced PNG', 'JPEG in CMYK'];
  it.each(cut)('is refused and not read in part: %s', async (kind) => {
    const bytes = KINDS[kind]?.() ?? new Uint8Array();
    for (const share of [0.3, 0.6, 0.95]) {
      const part = bytes.slice(0, Math.floor(bytes.length * share));
      await expect(decodeImage(part, 1e6)).rejects.toMatchObject({ code: 'file_truncated' });
    }
  });

  it('of any kind, at any byte, has a typed error', async () => {
    for (const make of Object.values(KINDS)) {
      const bytes = make();
      for (let size = 0; size < 64; size++)
        await expect(decodeImage(bytes.slice(0, size), 1e6)).rejects.toMatchObject({
          code: expect.stringMatching(/^(file_|unsupported_media_type$)/),
        });
    }
  });
});
