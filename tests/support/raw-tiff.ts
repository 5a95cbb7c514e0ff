export type TiffEntry = [tag: number, type: number, count: number, value: number];

export interface RawTiff {
  /** Beside the usual ones. */
  further?: readonly TiffEntry[];
  /** In the place of usual ones. */
  over?: readonly TiffEntry[];
  /** Where the next directory is. */
  next?: number;
  /** The bytes of the one strip, in the place of gray pixels. */
  strip?: Uint8Array;
}

const STRIP_AT = 2000;

/** A grey TIFF of 8 x 8 pixels, little endian, its directory at 8, its strip at 2000; 60,000 stands at 1800. */
export function rawTiff({ further = [], over = [], next = 0, strip = Buffer.alloc(64, 0x80) }: RawTiff): Uint8Array {
  const usual: TiffEntry[] = [
    [256, 3, 1, 8],
    [257, 3, 1, 8],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, STRIP_AT],
    [277, 3, 1, 1],
    [278, 3, 1, 8],
    [279, 4, 1, strip.length],
  ];
  const entries = [...usual.map((entry) => over.find(([tag]) => tag === entry[0]) ?? entry), ...further];
  const bytes = Buffer.concat([Buffer.alloc(STRIP_AT, 0x80), strip]);
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

/** 8 x 8 pixels of the same ink. */
export const cmykTiff = (ink: readonly [c: number, m: number, y: number, k: number]): Uint8Array =>
  rawTiff({
    over: [
      [262, 3, 1, 5],
      [277, 3, 1, 4],
    ],
    strip: Buffer.from(Array.from({ length: 64 }, () => ink).flat()),
  });
