import { createCanvas, ImageData } from '@napi-rs/canvas';
import type { Pixels } from './encode-png.ts';

const u16 = (value: number): number[] => [value & 255, value >> 8];

/** Codes of 9 bits, cleared before the table would grow: what LZW is when it does not compress. */
function literals(indices: Uint8Array): Buffer {
  const out: number[] = [];
  let held = 0;
  let count = 0;
  const put = (code: number): void => {
    held |= code << count;
    for (count += 9; count >= 8; count -= 8) {
      out.push(held & 255);
      held >>= 8;
    }
  };
  const [CLEAR, END] = [256, 257];
  indices.forEach((index, at) => {
    if (at % 250 === 0) put(CLEAR);
    put(index);
  });
  put(END);
  if (count > 0) out.push(held & 255);
  const blocks: number[] = [];
  for (let at = 0; at < out.length; at += 255) {
    const block = out.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  return Buffer.from([8, ...blocks, 0]);
}

/** A GIF of 256 greys with a frame for each picture; all of one size. */
export function gif(...frames: readonly Pixels[]): Buffer {
  const { width = 0, height = 0 } = frames[0] ?? {};
  const palette = Array.from({ length: 256 }, (_, grey) => [grey, grey, grey]).flat();
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    Buffer.from([...u16(width), ...u16(height), 0xf7, 0, 0, ...palette]),
    ...frames.flatMap(({ data }) => [
      Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0]),
      Buffer.from([0x2c, 0, 0, 0, 0, ...u16(width), ...u16(height), 0]),
      literals(Uint8Array.from({ length: width * height }, (_, i) => data[i * 4] ?? 0)),
    ]),
    Buffer.from([0x3b]),
  ]);
}

/** An animated WebP with a frame for each picture; all of one size. */
export function webpAnimated(...frames: readonly Pixels[]): Buffer {
  const { width = 0, height = 0 } = frames[0] ?? {};
  const u24 = (value: number): number[] => [value & 255, (value >> 8) & 255, value >> 16];
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  };
  const size = [...u24(width - 1), ...u24(height - 1)];
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    chunk('VP8X', Buffer.from([2, 0, 0, 0, ...size])),
    chunk('ANIM', Buffer.from([255, 255, 255, 255, 0, 0])),
    ...frames.map((frame) => {
      const canvas = createCanvas(width, height);
      canvas.getContext('2d').putImageData(new ImageData(frame.data, width, height), 0, 0);
      // Without its RIFF head and profile: the chunk with the picture alone, as decoders insist.
      const still = canvas.toBuffer('image/webp', 95);
      const picture = still.subarray(Math.max(still.indexOf('VP8 '), still.indexOf('VP8L')));
      return chunk('ANMF', Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, ...size, ...u24(100), 0]), picture]));
    }),
  ]);
  const head = Buffer.alloc(8);
  head.write('RIFF', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

/** An uncompressed TIFF with a page for each picture, in greys. */
export function tiffPages(...pages: readonly Pixels[]): Buffer {
  const parts: Buffer[] = [Buffer.from('II*\0\0\0\0\0', 'latin1')];
  let at = 8;
  let link = 4;
  const fixes: [number, number][] = [];
  for (const { width, height, data } of pages) {
    const grey = Buffer.from(Uint8Array.from({ length: width * height }, (_, i) => data[i * 4] ?? 0));
    const tags = [
      ...[
        [256, width],
        [257, height],
        [258, 8],
        [259, 1],
        [262, 1],
      ],
      ...[
        [273, at],
        [277, 1],
        [278, height],
        [279, grey.length],
      ],
    ];
    const directory = Buffer.alloc(2 + tags.length * 12 + 4);
    directory.writeUInt16LE(tags.length, 0);
    for (const [index, [tag = 0, value = 0]] of tags.entries()) {
      directory.writeUInt16LE(tag, 2 + index * 12);
      directory.writeUInt16LE(4, 4 + index * 12);
      directory.writeUInt32LE(1, 6 + index * 12);
      directory.writeUInt32LE(value, 10 + index * 12);
    }
    fixes.push([link, at + grey.length]);
    link = at + grey.length + directory.length - 4;
    parts.push(grey, directory);
    at += grey.length + directory.length;
  }
  const out = Buffer.concat(parts);
  for (const [place, target] of fixes) out.writeUInt32LE(target, place);
  return out;
}
