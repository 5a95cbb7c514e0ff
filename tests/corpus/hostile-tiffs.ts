import { deflateSync } from 'node:zlib';
import { rawTiff } from '#tests/support/raw-tiff.ts';

const A_LOT = 0xffff_ffff;

/** A JPEG that says that it is so large, and holds nothing. */
function jpegClaiming(width: number, height: number): Buffer {
  const frame = Buffer.from('ffd8ffc0000b080000000001011100ffd9', 'hex');
  frame.writeUInt16BE(height, 7);
  frame.writeUInt16BE(width, 9);
  return frame;
}

/** As many strips as rows, and each is the same bytes. */
function sharedStrips(rows: number): Uint8Array {
  const numbers = Buffer.alloc(8 * rows);
  for (let i = 0; i < rows; i++) {
    numbers.writeUInt32LE(2000, 4 * i);
    numbers.writeUInt32LE(8 * rows, 4 * (rows + i));
  }
  return rawTiff({
    over: [
      [257, 3, 1, rows],
      [259, 3, 1, 5],
      [273, 4, rows, 2000],
      [279, 4, rows, 2000 + 4 * rows],
      [278, 3, 1, 1],
    ],
    strip: numbers,
  });
}

/** Pictures of 8 x 8 pixels that lead a decoder elsewhere; it has to find the picture all the same. */
export const MISLEADING_TIFFS: readonly [name: string, bytes: Uint8Array][] = [
  ['whose sub-directory is itself', rawTiff({ further: [[330, 4, 1, 8]] })],
  ['whose camera data are itself', rawTiff({ further: [[34_665, 4, 1, 8]] })],
  ['with a note of four billion values', rawTiff({ further: [[40_000, 3, A_LOT, 1800]] })],
];

/** What no honest file has: refused, at once. */
export const HOSTILE_TIFFS: readonly [name: string, bytes: Uint8Array][] = [
  ['a width that lies elsewhere, larger than the one that was checked', rawTiff({ over: [[256, 3, 4, 1800]] })],
  ['a size that stands twice', rawTiff({ further: [[256, 3, 1, 8]] })],
  ['thousands of samples a pixel', rawTiff({ over: [[277, 3, 1, 60_000]] })],
  [
    'tiles larger than any page',
    rawTiff({
      further: [
        [322, 4, 1, 60_000],
        [323, 4, 1, 60_000],
        [324, 4, 1, 2000],
        [325, 4, 1, 64],
      ],
    }),
  ],
  ['raw sensor data', rawTiff({ over: [[262, 3, 1, 32_803]] })],
  ['four billion bits a sample', rawTiff({ over: [[258, 3, A_LOT, 1800]] })],
  [
    'more strips than it has rows',
    rawTiff({
      over: [
        [273, 4, 400, 100],
        [279, 4, 400, 100],
        [278, 3, 1, 1],
      ],
    }),
  ],
  ['strips that are all the same bytes', sharedStrips(60_000)],
  [
    'a strip that unpacks to a hundred megabytes',
    rawTiff({ over: [[259, 3, 1, 8]], strip: deflateSync(Buffer.alloc(100_000_000)) }),
  ],
  [
    'a JPEG in it that is larger than the picture',
    rawTiff({ over: [[259, 3, 1, 7]], strip: jpegClaiming(65_000, 65_000) }),
  ],
];

/** What is not there. */
export const CUT_OFF_TIFFS: readonly [name: string, bytes: Uint8Array][] = [
  ['four billion strips', rawTiff({ over: [[273, 4, A_LOT, 100]] })],
  ['a strip that ends behind the file', rawTiff({ over: [[279, 4, 1, 65]] })],
  ['a strip of four billion bytes', rawTiff({ over: [[279, 4, 1, A_LOT]] })],
  ['a directory that ends behind the file', rawTiff({}).subarray(0, 60)],
];
