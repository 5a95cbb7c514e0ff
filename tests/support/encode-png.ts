import { crc32, deflateSync } from 'node:zlib';

/** RGBA, 8 bits each. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const END = chunk('IEND', Buffer.alloc(0));

function header({ width, height }: Pixels, depth: number, colour: number, interlaced = false): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  return chunk('IHDR', data);
}

/** Rows of what `sample` gives for each pixel, none filtered. */
function rows(
  { width, height }: Pixels,
  sample: (x: number, y: number) => readonly number[],
  [x0, y0, dx, dy]: readonly number[] = [0, 0, 1, 1],
): Buffer {
  const out: number[] = [];
  for (let y = y0 ?? 0; y < height; y += dy ?? 1) {
    out.push(0);
    for (let x = x0 ?? 0; x < width; x += dx ?? 1) out.push(...sample(x, y));
  }
  return Buffer.from(out);
}

const at = ({ width, data }: Pixels, x: number, y: number): [number, number, number] => {
  const p = (y * width + x) * 4;
  return [data[p] ?? 0, data[p + 1] ?? 0, data[p + 2] ?? 0];
};
const png = (...chunks: Buffer[]): Buffer => Buffer.concat([SIGNATURE, ...chunks, END]);

/** 16 bits a sample, RGB. */
export const png16 = (pixels: Pixels): Buffer =>
  png(
    header(pixels, 16, 2),
    chunk('IDAT', deflateSync(rows(pixels, (x, y) => at(pixels, x, y).flatMap((value) => [value, value])))),
  );

/** 256 greys by a palette. */
export const pngPalette = (pixels: Pixels): Buffer =>
  png(
    header(pixels, 8, 3),
    chunk('PLTE', Buffer.from(Array.from({ length: 256 }, (_, grey) => [grey, grey, grey]).flat())),
    chunk('IDAT', deflateSync(rows(pixels, (x, y) => [at(pixels, x, y)[0]]))),
  );

/** Black; what is light is transparent. */
export const pngAlpha = (pixels: Pixels): Buffer =>
  png(header(pixels, 8, 4), chunk('IDAT', deflateSync(rows(pixels, (x, y) => [0, 255 - at(pixels, x, y)[0]]))));

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** In the seven passes of Adam7. */
export const pngInterlaced = (pixels: Pixels): Buffer =>
  png(
    header(pixels, 8, 2, true),
    chunk('IDAT', deflateSync(Buffer.concat(ADAM7.map((pass) => rows(pixels, (x, y) => at(pixels, x, y), pass))))),
  );

/** An APNG of two frames of the same size. */
export function pngAnimated(first: Pixels, second: Pixels): Buffer {
  const control = Buffer.alloc(8);
  control.writeUInt32BE(2, 0);
  const frame = (sequence: number): Buffer => {
    const data = Buffer.alloc(26);
    data.writeUInt32BE(sequence, 0);
    data.writeUInt32BE(first.width, 4);
    data.writeUInt32BE(first.height, 8);
    data.writeUInt16BE(1, 20);
    data.writeUInt16BE(10, 22);
    return chunk('fcTL', data);
  };
  const image = (pixels: Pixels): Buffer => deflateSync(rows(pixels, (x, y) => at(pixels, x, y)));
  const later = Buffer.concat([Buffer.from([0, 0, 0, 2]), image(second)]);
  return png(
    header(first, 8, 2),
    chunk('acTL', control),
    frame(0),
    chunk('IDAT', image(first)),
    frame(1),
    chunk('fdAT', later),
  );
}
