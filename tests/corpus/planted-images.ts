import { crc32, deflateSync } from 'node:zlib';
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import { tiffPages, webpAnimated } from '../support/encode-animated.ts';
import { type Pixels, pngAnimated } from '../support/encode-png.ts';
import type { Planted } from './planted-pdf.ts';

/** A picture with a secret in every place that its format has for one. */
export interface PlantedImage {
  name: string;
  bytes: Buffer;
  planted: Planted[];
  pages: number;
}

const [WIDTH, HEIGHT] = [900, 300];
/** Large letters that nobody minds, and those that have to go. */
export const ORDINARY = 'The harbour office opens at nine';

function drawn(secret: string, ordinary = ORDINARY): { pixels: Pixels; canvas: Canvas } {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = '#000';
  context.font = '40px sans-serif';
  context.fillText(ordinary, 30, 90);
  context.fillText(secret, 30, 210);
  return { canvas, pixels: { width: WIDTH, height: HEIGHT, data: context.getImageData(0, 0, WIDTH, HEIGHT).data } };
}

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const u32be = (value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};

/** An EXIF block: a note in IFD0, a thumbnail in IFD1. */
function exif(note: string, thumbnail: string): Buffer {
  const [text, thumb] = [Buffer.from(`${note}\0`), Buffer.from(thumbnail)];
  const entry = (tag: number, type: number, count: number, value: number): Buffer => {
    const out = Buffer.alloc(12);
    out.writeUInt16LE(tag, 0);
    out.writeUInt16LE(type, 2);
    out.writeUInt32LE(count, 4);
    out.writeUInt32LE(value, 8);
    return out;
  };
  const [first, second, data] = [8, 8 + 2 + 12 + 4, 8 + 18 + 2 + 36 + 4];
  const u32 = (value: number): Buffer => u32be(value).reverse();
  return Buffer.concat([
    Buffer.from('II*\0', 'latin1'),
    u32(first),
    ...[Buffer.from([1, 0]), entry(0x010e, 2, text.length, data), u32(second)],
    Buffer.from([3, 0]),
    entry(0x0103, 3, 1, 6),
    entry(0x0201, 4, 1, data + text.length),
    entry(0x0202, 4, 1, thumb.length),
    u32(0),
    text,
    thumb,
  ]);
}

const xmp = (secret: string): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">${secret}</dc:creator></x:xmpmeta>`;
/** The picture of a JPEG thumbnail and the like: what counts is its bytes. */
const preview = (secret: string): string => `\xff\xd8\xff\xfe\0\x40${secret}\xff\xd9`;

class Secrets {
  readonly planted: Planted[] = [];
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  next(channel: string): string {
    const secret = `${this.#prefix}${String(this.planted.length + 1).padStart(2, '0')}q@hidden.example`;
    this.planted.push({ channel, secret });
    return secret;
  }
}

const pngChunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32be(data.length), body, u32be(crc32(body))]);
};
/** Length and name of the header, its data, its sum: after them other chunks may come. */
const AFTER_HEADER = 8 + 12 + 13;

function png(): PlantedImage {
  const secrets = new Secrets('png');
  const { pixels } = drawn(secrets.next('print'));
  const frames = pngAnimated(pixels, drawn(secrets.next('later frame')).pixels);
  const word = (text: string): Buffer => Buffer.from(text, 'latin1');
  const chunks = [
    pngChunk('tEXt', word(`Author\0${secrets.next('tEXt')}`)),
    pngChunk('zTXt', Buffer.concat([word('Comment\0\0'), deflateSync(secrets.next('zTXt'))])),
    pngChunk('iTXt', word(`XML:com.adobe.xmp\0\0\0\0\0${xmp(secrets.next('iTXt with XMP'))}`)),
    pngChunk('eXIf', exif(secrets.next('eXIf'), preview(secrets.next('thumbnail in eXIf')))),
    pngChunk('iCCP', Buffer.concat([word(`${secrets.next('name of a profile')}\0\0`), deflateSync(Buffer.alloc(132))])),
    pngChunk('seCr', word(secrets.next('private chunk'))),
  ];
  const bytes = Buffer.concat([
    frames.subarray(0, AFTER_HEADER),
    ...chunks,
    frames.subarray(AFTER_HEADER),
    word(secrets.next('trailing bytes')),
  ]);
  return { name: 'planted.png', bytes, planted: secrets.planted, pages: 1 };
}

/** Text in colours that nobody sees, for its pixels are transparent. */
function alpha(): PlantedImage {
  const secrets = new Secrets('alp');
  const { pixels } = drawn(secrets.next('print'));
  const hidden = drawn('', secrets.next('transparent pixels')).pixels;
  const rows: number[] = [];
  for (let y = 0; y < HEIGHT * 2; y++) {
    rows.push(0);
    const from = y < HEIGHT ? pixels : hidden;
    for (let x = 0; x < WIDTH; x++) {
      const at = ((y % HEIGHT) * WIDTH + x) * 4;
      const grey = from.data[at] ?? 0;
      rows.push(grey, grey, grey, y < HEIGHT ? 255 : 0);
    }
  }
  const bytes = Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', Buffer.concat([u32be(WIDTH), u32be(HEIGHT * 2), Buffer.from([8, 6, 0, 0, 0])])),
    pngChunk('IDAT', deflateSync(Buffer.from(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
  return { name: 'alpha.png', bytes, planted: secrets.planted, pages: 1 };
}

function jpeg(): PlantedImage {
  const secrets = new Secrets('jpg');
  const picture = drawn(secrets.next('print')).canvas.toBuffer('image/jpeg', 92);
  const segment = (marker: number, body: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0xff, marker]), u16(body.length + 2), body]);
  const word = (text: string): Buffer => Buffer.from(text, 'latin1');
  const iptc = (secret: string): Buffer => {
    const record = Buffer.concat([Buffer.from([0x1c, 2, 80]), u16(secret.length), word(secret)]);
    return Buffer.concat([word('Photoshop 3.0\x008BIM'), u16(0x0404), u16(0), u32be(record.length), record]);
  };
  const segments = [
    segment(0xe1, Buffer.concat([word('Exif\0\0'), exif(secrets.next('EXIF'), preview(secrets.next('thumbnail')))])),
    segment(0xe1, word(`http://ns.adobe.com/xap/1.0/\0${xmp(secrets.next('XMP'))}`)),
    segment(0xed, iptc(secrets.next('IPTC'))),
    segment(0xe2, word(`ICC_PROFILE\0\x01\x01${'\0'.repeat(128)}desc${secrets.next('description of a profile')}`)),
    segment(0xe0, word(`JFXX\0\x10${preview(secrets.next('JFXX thumbnail'))}`)),
    segment(0xe2, word(`MPF\0${secrets.next('index of further pictures')}`)),
    segment(0xfe, word(secrets.next('comment'))),
    segment(0xef, word(secrets.next('APP15'))),
  ];
  const bytes = Buffer.concat([
    picture.subarray(0, 2),
    ...segments,
    picture.subarray(2),
    word(preview(secrets.next('second picture behind the first'))),
    word(secrets.next('trailing bytes')),
  ]);
  return { name: 'planted.jpg', bytes, planted: secrets.planted, pages: 1 };
}

function webp(): PlantedImage {
  const secrets = new Secrets('web');
  const moving = webpAnimated(drawn(secrets.next('print')).pixels, drawn(secrets.next('later frame')).pixels);
  const chunk = (type: string, text: string): Buffer => {
    const data = Buffer.from(text, 'latin1');
    const head = Buffer.concat([Buffer.from(type, 'latin1'), u32be(data.length).reverse()]);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  };
  const more = [
    chunk('EXIF', exif(secrets.next('EXIF'), preview(secrets.next('thumbnail'))).toString('latin1')),
    chunk('XMP ', xmp(secrets.next('XMP'))),
    chunk('SECR', secrets.next('unknown chunk')),
  ];
  const bytes = Buffer.concat([moving, ...more]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  // Of EXIF and XMP the head says that they are there.
  bytes[20] = (bytes[20] ?? 0) | 0x0c;
  const trailing = Buffer.from(secrets.next('trailing bytes'), 'latin1');
  return { name: 'planted.webp', bytes: Buffer.concat([bytes, trailing]), planted: secrets.planted, pages: 1 };
}

/** Two pages; the last directory has texts and a preview in a directory of its own. */
function tiff(): PlantedImage {
  const secrets = new Secrets('tif');
  const plain = tiffPages(
    drawn(secrets.next('print of the first page')).pixels,
    drawn(secrets.next('print of the second page')).pixels,
  );
  let directory = plain.readUInt32LE(4);
  let link = 4;
  for (let next = directory; next !== 0; ) {
    directory = next;
    next = plain.readUInt32LE(directory + 2 + plain.readUInt16LE(directory) * 12);
    if (next !== 0) link = directory + 2 + plain.readUInt16LE(directory) * 12;
  }
  const parts: Buffer[] = [plain];
  let at = plain.length;
  const put = (data: Buffer): number => {
    const from = at;
    parts.push(data);
    at += data.length;
    return from;
  };
  const entries: Buffer[] = [];
  const add = (tag: number, type: number, count: number, value: number): void => {
    const out = Buffer.alloc(12);
    out.writeUInt16LE(tag, 0);
    out.writeUInt16LE(type, 2);
    out.writeUInt32LE(count, 4);
    out.writeUInt32LE(value, 8);
    entries.push(out);
  };
  const text = (tag: number, type: number, secret: string): void =>
    add(tag, type, secret.length, put(Buffer.from(secret)));
  text(270, 2, secrets.next('ImageDescription'));
  text(315, 2, secrets.next('Artist'));
  text(700, 1, xmp(secrets.next('XMP')));
  text(33723, 7, secrets.next('IPTC'));
  text(37724, 7, secrets.next('Photoshop resources'));
  const strip = put(Buffer.from(secrets.next('preview in a sub-directory').padEnd(64)));
  const sub: [number, number][] = [
    [254, 1],
    [256, 8],
    [257, 8],
    [258, 8],
    [259, 1],
    [262, 1],
    [273, strip],
    [277, 1],
    [278, 8],
    [279, 64],
  ];
  const subDirectory = Buffer.alloc(2 + sub.length * 12 + 4);
  subDirectory.writeUInt16LE(sub.length, 0);
  for (const [index, [tag, value]] of sub.entries()) {
    subDirectory.writeUInt16LE(tag, 2 + index * 12);
    subDirectory.writeUInt16LE(4, 4 + index * 12);
    subDirectory.writeUInt32LE(1, 6 + index * 12);
    subDirectory.writeUInt32LE(value, 10 + index * 12);
  }
  add(330, 4, 1, put(subDirectory));
  const count = plain.readUInt16LE(directory);
  for (let index = 0; index < count; index++)
    entries.push(plain.subarray(directory + 2 + index * 12, directory + 14 + index * 12));
  entries.sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
  const head = Buffer.alloc(2);
  head.writeUInt16LE(entries.length);
  const target = put(Buffer.concat([head, ...entries, Buffer.alloc(4)]));
  const bytes = Buffer.concat([...parts, Buffer.from(secrets.next('trailing bytes'))]);
  bytes.writeUInt32LE(target, link);
  return { name: 'planted.tiff', bytes, planted: secrets.planted, pages: 2 };
}

/** One of each format, and one whose pixels are transparent. */
export const plantedImages = (): PlantedImage[] => [png(), alpha(), jpeg(), webp(), tiff()];
