import { crc32, deflateSync } from 'node:zlib';

/** Pixels as RGB or gray bytes, rows top down, no padding. */
export interface Samples {
  data: Buffer;
  width: number;
  height: number;
  gray: boolean;
}

/** From RGBA; gray when every pixel is. Alpha is ignored: pages are painted on white. */
export function toSamples(rgba: Uint8Array, width: number, height: number): Samples {
  const pixels = width * height;
  let gray = true;
  for (let i = 0; i < pixels * 4 && gray; i += 4) gray = rgba[i] === rgba[i + 1] && rgba[i] === rgba[i + 2];
  const data = Buffer.allocUnsafe(gray ? pixels : pixels * 3);
  if (gray) for (let i = 0; i < pixels; i++) data[i] = rgba[i * 4] as number;
  else
    for (let i = 0, at = 0; i < pixels * 4; i += 4, at += 3) {
      data[at] = rgba[i] as number;
      data[at + 1] = rgba[i + 1] as number;
      data[at + 2] = rgba[i + 2] as number;
    }
  return { data, width, height, gray };
}

/**
 * Rows with a PNG filter byte each (ISO/IEC 15948, 9.2), deflated. Text pages are runs of white: no filter and a fast
 * level do best. Colour is usually photographic: there the difference to the pixel on the left is smaller.
 */
export function deflateRows(samples: Samples, level = 2): Buffer {
  const channels = samples.gray ? 1 : 3;
  const stride = samples.width * channels;
  const rows = Buffer.allocUnsafe((stride + 1) * samples.height);
  for (let y = 0; y < samples.height; y++) {
    const from = y * stride;
    const to = y * (stride + 1);
    if (samples.gray) {
      rows[to] = 0;
      samples.data.copy(rows, to + 1, from, from + stride);
    } else {
      rows[to] = 1;
      for (let x = 0; x < stride; x++) {
        const left = x < channels ? 0 : (samples.data[from + x - channels] as number);
        rows[to + 1 + x] = ((samples.data[from + x] as number) - left) & 255;
      }
    }
  }
  return deflateSync(rows, { level });
}

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/** A PNG with its resolution, so that tools know the page's size. */
export function encodePng(samples: Samples, dpi: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(samples.width, 0);
  header.writeUInt32BE(samples.height, 4);
  header[8] = 8;
  header[9] = samples.gray ? 0 : 2;
  const density = Buffer.alloc(9);
  const perMetre = Math.round(dpi / 0.0254);
  density.writeUInt32BE(perMetre, 0);
  density.writeUInt32BE(perMetre, 4);
  density[8] = 1;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('pHYs', density),
    chunk('IDAT', deflateRows(samples)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
