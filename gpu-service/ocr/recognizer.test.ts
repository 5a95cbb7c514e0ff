import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LINE_HEIGHT, type LineImage } from './line-image.ts';
import { charsetOf, readerFiles } from './models.ts';
import { type LineShapes, recognize, warmUpShapes } from './recognizer.ts';
import { Session } from './session.ts';

const { recognizer: model } = readerFiles('ppocr-v6-tiny');
const TEXTS = [
  'Total 42.00',
  'No. 7',
  'The harbour master signed',
  'Ships 128',
  'A long line that has a good many more words to read',
];

function lineOf(text: string): LineImage {
  const width = 16 + 20 * text.length;
  const context = createCanvas(width, LINE_HEIGHT).getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, LINE_HEIGHT);
  context.fillStyle = '#000';
  context.font = '34px sans-serif';
  context.fillText(text, 8, 36, width - 16);
  const { data } = context.getImageData(0, 0, width, LINE_HEIGHT);
  return { width, channels: [Uint8Array.from({ length: width * LINE_HEIGHT }, (_, at) => data[4 * at] ?? 0)] };
}

let session: Session;
beforeAll(async () => {
  session = await Session.open(model.path);
});
afterAll(() => session.close());
const made = async (shapes: LineShapes) => ({ session, charset: await charsetOf(model), shapes });
const textsBy = async (shapes: LineShapes) =>
  (await recognize(await made(shapes), TEXTS.map(lineOf))).map(({ glyphs }) => glyphs.map(({ text }) => text).join(''));

it('reads lines one by one and by buckets alike, in the order given', async () => {
  const one = await textsBy('one');
  expect(one.map((text) => text.replaceAll(' ', ''))).toEqual(TEXTS.map((text) => text.replaceAll(' ', '')));
  expect(await textsBy('fixed')).toEqual(one);
});

it('meets every shape of the buckets before the first line does', async () => {
  const shapes: string[] = [];
  const { run } = session;
  session.run = async (data, dims) => {
    shapes.push(dims.join());
    return { data: new Float32Array(data.length), dims: [dims[0] ?? 0, 0, 0] };
  };
  try {
    await warmUpShapes(await made('one'));
    expect(shapes).toEqual([]);
    await warmUpShapes(await made('fixed'));
    const warm = new Set(shapes);
    const lines = [8, 160, 161, 900, 3200].map((width) => ({ width, channels: [new Uint8Array(width * LINE_HEIGHT)] }));
    await recognize(await made('fixed'), lines);
    expect(shapes.slice(warm.size).filter((shape) => !warm.has(shape))).toEqual([]);
    expect(shapes.length).toBe(warm.size + 4);
  } finally {
    session.run = run;
  }
});
