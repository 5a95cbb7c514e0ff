import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../calibration/random.ts';
import { DEFAULT_READER, readerFiles } from './models.ts';
import { PageReader } from './page-reader.ts';
import type { Raster } from './raster.ts';

const SIZE = 480;
const chance = random(7);
const grain = (): number => (chance.next() + chance.next() + chance.next() - 1.5) * 2;

type Grey = (x: number, y: number) => number;
const PAGES: Record<string, Grey> = {
  white: () => 255,
  black: () => 0,
  'paper with grain': () => 235 + 12 * grain(),
  'strong noise': () => 160 + 60 * grain(),
  'specks of dust': () => (chance.next() < 0.005 ? 20 : 250),
  'a slow shade': (x, y) => (x + y) / 5,
  'a photograph of waves': (x, y) => 128 + 100 * Math.sin(x / 30) * Math.cos(y / 41),
  'ruled paper': (_, y) => (y % 40 < 2 ? 60 : 250),
  'an empty grid': (x, y) => (x % 60 < 2 || y % 40 < 2 ? 30 : 250),
};

function page(grey: Grey): Raster {
  const data = new Uint8ClampedArray(SIZE * SIZE * 4).fill(255);
  for (let y = 0, p = 0; y < SIZE; y++) for (let x = 0; x < SIZE; x++, p += 4) data.fill(grey(x, y), p, p + 3);
  return { width: SIZE, height: SIZE, data };
}

describe('a page without text', () => {
  let reader: PageReader;
  beforeAll(async () => {
    reader = await PageReader.open(readerFiles(DEFAULT_READER));
  });
  afterAll(() => reader.close());

  it.each(Object.keys(PAGES))('(%s) gives no words', async (name) => {
    const { words } = await reader.read(page(PAGES[name] ?? (() => 255)));
    expect(words.map((word) => word.text)).toEqual([]);
  });
});
