import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUT_OFF_TIFFS, HOSTILE_TIFFS, MISLEADING_TIFFS } from '#tests/corpus/hostile-tiffs.ts';
import { tiff } from '#tests/corpus/image-files.ts';
import { cmykTiff, rawTiff } from '#tests/support/raw-tiff.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';
import { RectoError } from '../../../../domain/errors.ts';
import { decodeImages, orient } from './image-decode.ts';

/** Two by three pixels, named by their red value: rows 1 2, 3 4, 5 6. */
const image = () => ({
  rgba: Uint8Array.from([1, 2, 3, 4, 5, 6].flatMap((red) => [red, 0, 0, 255])),
  width: 2,
  height: 3,
  dpi: null,
});

describe('turning a picture by its orientation', () => {
  it.each([
    [1, 2, [1, 2, 3, 4, 5, 6]],
    [2, 2, [2, 1, 4, 3, 6, 5]],
    [3, 2, [6, 5, 4, 3, 2, 1]],
    [4, 2, [5, 6, 3, 4, 1, 2]],
    [5, 3, [1, 3, 5, 2, 4, 6]],
    [6, 3, [5, 3, 1, 6, 4, 2]],
    [7, 3, [6, 4, 2, 5, 3, 1]],
    [8, 3, [2, 4, 6, 1, 3, 5]],
  ])('%i', (orientation, width, expected) => {
    const turned = orient(image(), orientation);
    expect(turned.width).toBe(width);
    expect(Array.from(turned.rgba).filter((_, i) => i % 4 === 0)).toEqual(expected);
  });
});

describe('the pictures of a TIFF', () => {
  const decode = async (bytes: Uint8Array, limits = { maxPixels: 1e8, maxPages: 100 }) => {
    const file = path.join(temporaryFolder(), 'pages.tif');
    writeFileSync(file, bytes);
    const pages: unknown[] = [];
    for await (const { width, height, rgba } of decodeImages(file, 'image/tiff', limits))
      pages.push([width, height, rgba[0]]);
    return pages;
  };

  it('come one after another, each as large as it says', async () => {
    expect(await decode(tiff(3))).toEqual([
      [4, 4, 0x80],
      [4, 4, 0x80],
      [4, 4, 0x80],
    ]);
  });

  it('are seen in their colours where they are of ink, as printers save them', async () => {
    expect(await decode(cmykTiff([51, 255, 0, 51]))).toEqual([[8, 8, 163]]);
  });

  it.each(MISLEADING_TIFFS)('are found in one %s', async (_name, bytes) => {
    expect(await decode(bytes)).toEqual([[8, 8, 0x80]]);
  });

  it.each(HOSTILE_TIFFS)('are not looked for in one with %s', async (_name, bytes) => {
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'file_corrupt' });
  });

  it.each(CUT_OFF_TIFFS)('are missing in one with %s', async (_name, bytes) => {
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'file_truncated' });
  });

  it('are not black where nobody can unpack them', async () => {
    await expect(decode(rawTiff({ over: [[259, 3, 1, 34_712]] }))).rejects.toMatchObject({
      code: 'unsupported_media_type',
    });
  });

  it('end with a code whatever bytes of the file are others', async () => {
    const codes = ['file_corrupt', 'file_truncated', 'too_many_pixels', 'too_many_pages', 'unsupported_media_type'];
    const change = fc.tuple(fc.nat({ max: 150 }), fc.constantFrom(0, 1, 2, 4, 5, 7, 8, 16, 255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(rawTiff({ next: 300, further: [[320, 3, 768, 1000]] }));
        bytes.copy(bytes, 300, 8, 150);
        for (const [at, value] of changes) bytes[at] = value;
        const outcome = await decode(bytes, { maxPixels: 1e6, maxPages: 10 }).catch((error: unknown) => error);
        if (!Array.isArray(outcome)) expect(codes).toContain(outcome instanceof RectoError ? outcome.code : outcome);
      }),
      { numRuns: 500 },
    );
  });

  it('are bounded in number and size, also where its list of pages returns to itself', async () => {
    await expect(decode(rawTiff({ next: 8 }))).rejects.toMatchObject({ code: 'file_corrupt' });
    await expect(decode(tiff(3, true))).rejects.toMatchObject({ code: 'file_corrupt' });
    await expect(decode(tiff(5), { maxPixels: 1e8, maxPages: 4 })).rejects.toMatchObject({ code: 'too_many_pages' });
    await expect(decode(tiff(1), { maxPixels: 15, maxPages: 4 })).rejects.toMatchObject({ code: 'too_many_pixels' });
    await expect(decode(rawTiff({ over: [[256, 3, 1, 0]] }))).rejects.toMatchObject({ code: 'file_corrupt' });
  });
});
