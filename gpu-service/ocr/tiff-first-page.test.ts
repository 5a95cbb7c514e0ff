import { expect, it } from 'vitest';
import { decodeImage } from './decode.ts';

type Entry = [tag: number, type: number, count: number, value: number];

/** A grey TIFF of 8 x 8 pixels with further entries; `next`: where its next directory is. */
function tiff(further: readonly Entry[], next = 0, over: readonly Entry[] = []): Uint8Array {
  const usual: Entry[] = [
    [256, 3, 1, 8],
    [257, 3, 1, 8],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, 2000],
    [277, 3, 1, 1],
    [278, 3, 1, 8],
    [279, 4, 1, 64],
  ];
  const entries = [...usual.map((entry) => over.find(([tag]) => tag === entry[0]) ?? entry), ...further];
  const bytes = Buffer.alloc(2064, 0x80);
  bytes.write('II*\0', 0, 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries.length, 8);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + 12 * index;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  bytes.writeUInt32LE(next, 10 + 12 * entries.length);
  // What sizes that lie elsewhere would point at.
  bytes.writeUInt16LE(60_000, 1800);
  return bytes;
}

it.each<[string, Uint8Array]>([
  ['that is followed by itself', tiff([], 8)],
  ['whose sub-directory is itself', tiff([[330, 4, 1, 8]])],
  ['whose camera data are itself', tiff([[34665, 4, 1, 8]])],
])('a TIFF %s is read as the one picture that it has', async (_name, bytes) => {
  const { width, height, data } = await decodeImage(bytes, 1e6);
  expect([width, height, data[0]]).toEqual([8, 8, 0x80]);
});

it.each<[string, Uint8Array]>([
  ['a width that lies elsewhere, larger than the one that was checked', tiff([], 0, [[256, 3, 4, 1800]])],
  ['a size that stands twice', tiff([[256, 3, 1, 8]])],
  ['thousands of samples a pixel', tiff([], 0, [[277, 3, 1, 60_000]])],
  [
    'tiles larger than any page',
    tiff([
      [322, 4, 1, 60_000],
      [323, 4, 1, 60_000],
      [324, 4, 1, 2000],
      [325, 4, 1, 64],
    ]),
  ],
  ['raw sensor data', tiff([], 0, [[262, 3, 1, 32_803]])],
])('a TIFF with %s is refused', async (_name, bytes) => {
  await expect(decodeImage(bytes, 1e8)).rejects.toMatchObject({ code: 'file_corrupt' });
});
