import { crc32, deflateSync } from 'node:zlib';
import { createCanvas } from '@napi-rs/canvas';

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};

/** A one-bit black PNG of any size in a few kilobytes; `rows` of pixel data, whatever the header says. */
export function pngClaiming(width: number, height: number, rows = height): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const data = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * rows));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A picture with a coloured top left quarter, so that turning it shows. */
export function picture(format: 'png' | 'jpeg' | 'webp', width = 60, height = 40): Buffer {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ff0000';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#0000ff';
  context.fillRect(0, 0, width / 2, height / 2);
  return format === 'png'
    ? canvas.toBuffer('image/png')
    : format === 'jpeg'
      ? canvas.toBuffer('image/jpeg', 95)
      : canvas.toBuffer('image/webp', 95);
}

/** Puts an EXIF block with an orientation and a note (as a thumbnail or GPS would be) into a JPEG. */
export function withExif(jpeg: Buffer, orientation: number, note: string): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  const payload = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from(note)]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(payload.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from('ffe1', 'hex'), length, payload, jpeg.subarray(2)]);
}

/** A gray 8-bit TIFF with `pages` directories; `loop` makes the last point back at the first. */
export function tiff(pages: number, loop = false): Buffer {
  const pixels = Buffer.alloc(16, 0x80);
  const tags: readonly (readonly [number, number, number])[] = [
    [256, 3, 4],
    [257, 3, 4],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 3, 4],
    [279, 4, 16],
  ];
  const size = 2 + tags.length * 12 + 4;
  const out = Buffer.alloc(8 + pixels.length + size * pages);
  out.write('II*\0', 0, 'latin1');
  const first = 8 + pixels.length;
  out.writeUInt32LE(first, 4);
  pixels.copy(out, 8);
  for (let page = 0; page < pages; page++) {
    const at = first + page * size;
    out.writeUInt16LE(tags.length, at);
    for (const [index, [tag, type, value]] of tags.entries()) {
      const entry = at + 2 + index * 12;
      out.writeUInt16LE(tag, entry);
      out.writeUInt16LE(type, entry + 2);
      out.writeUInt32LE(1, entry + 4);
      out.writeUInt32LE(value, entry + 8);
    }
    out.writeUInt32LE(page + 1 < pages ? at + size : loop ? first : 0, at + 2 + tags.length * 12);
  }
  return out;
}

/** The boxes of an AVIF or HEIC file that claims a size, without any picture in it. */
export function heifClaiming(brand: 'avif' | 'heic', width: number, height: number): Buffer {
  const box = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8, 0);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const extents = Buffer.alloc(12);
  extents.writeUInt32BE(width, 4);
  extents.writeUInt32BE(height, 8);
  return Buffer.concat([
    box('ftyp', Buffer.from(`${brand}\0\0\0\0mif1${brand}`, 'latin1')),
    box('meta', Buffer.concat([Buffer.alloc(4), box('iprp', box('ipco', box('ispe', extents)))])),
    box('mdat', Buffer.alloc(64)),
  ]);
}
