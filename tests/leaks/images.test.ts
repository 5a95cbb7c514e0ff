import { constants, inflateSync } from 'node:zlib';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isBarePng } from '#shared/domain/redaction/bare-png.ts';
import { ORDINARY, type PlantedImage, plantedImages } from '#tests/corpus/planted-images.ts';
import { codePng, codesOf } from '#tests/support/code-png.ts';
import { secretsInText } from '#tests/support/count-leaks.ts';
import { ended, sendOk } from '#tests/support/documents-client.ts';
import { type LocalPlatform, startLocalPlatform } from '#tests/support/local-platform.ts';

const LONG = 420_000;
const images = plantedImages();
const reportSchema = z.object({
  entities: z.array(
    z.object({ page: z.number(), boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])) }),
  ),
});
const readSchema = z.object({ pages: z.array(z.object({ words: z.array(z.object({ text: z.string() })) })) });

let platform: LocalPlatform;
const ids = new Map<string, string>();

const artifact = async ({ name }: PlantedImage, which: string): Promise<Buffer> => {
  const answer = await platform.api(`/v1/documents/${ids.get(name)}/artifacts/${which}`);
  expect(answer.status, `${which} of ${name}`).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
};
const pictures = (image: PlantedImage): string[] =>
  image.pages === 1 ? ['redacted.png'] : Array.from({ length: image.pages }, (_, page) => `redacted/${page + 1}.png`);

/** As it stands, without NULs, and what each compressed part of a PNG says. */
function readings(bytes: Buffer): string[] {
  const texts = [bytes.toString('latin1'), bytes.toString('latin1').replaceAll('\0', '')];
  for (let at = bytes.indexOf(0x78); at >= 0; at = bytes.indexOf(0x78, at + 1)) {
    // Of a zlib head the two bytes are a multiple of 31.
    if ((0x7800 + (bytes[at + 1] ?? 0)) % 31 !== 0) continue;
    try {
      texts.push(inflateSync(bytes.subarray(at), { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1'));
    } catch (error) {
      // Two bytes that only look like the start of one.
      expect(error).toBeInstanceOf(Error);
    }
  }
  return texts;
}
const leaked = (image: PlantedImage, bytes: Buffer): string[] => {
  const texts = readings(bytes);
  return image.planted
    .filter(({ secret }) => texts.some((text) => text.includes(secret)))
    .map(({ channel }) => channel);
};

beforeAll(async () => {
  platform = await startLocalPlatform();
  for (const image of images) ids.set(image.name, await sendOk(platform, image.name, image.bytes));
  for (const { name } of images)
    expect(await ended(platform, ids.get(name) ?? '', LONG), name).toMatchObject({ status: 'ready', error: null });
}, LONG);
afterAll(() => platform.dispose());

describe.each(images)('$name with a secret in every place that can keep one', (image) => {
  it('has them all, or the test would prove nothing', () => {
    const unseen = image.planted.filter(({ channel }) => /print|frame|pixels/.test(channel));
    expect(leaked(image, image.bytes).length).toBe(image.planted.length - unseen.length);
  });

  it('keeps none of them in the bytes of its redaction, which are pixels and nothing else', async () => {
    for (const name of [...pictures(image), 'redacted.pdf']) {
      const bytes = await artifact(image, name);
      expect(leaked(image, bytes), name).toEqual([]);
      if (name.endsWith('.png')) expect(isBarePng(bytes), name).toBe(true);
    }
    for (const name of ['redacted.txt', 'redacted.json'])
      expect(
        secretsInText(
          (await artifact(image, name)).toString(),
          image.planted.map(({ secret }) => secret),
        ),
      ).toEqual([]);
  });

  it('shows none of them, and still shows what nobody minds', { timeout: LONG }, async () => {
    for (const name of pictures(image)) {
      const form = new FormData();
      form.set('file', new Blob([Uint8Array.from(await artifact(image, name))], { type: 'image/png' }), 'page.png');
      const seen = readSchema.parse(await (await platform.api('/v1/ocr', { method: 'POST', body: form })).json());
      const shown = seen.pages.flatMap((page) => page.words.map(({ text }) => text)).join(' ');
      expect(
        secretsInText(
          shown,
          image.planted.map(({ secret }) => secret),
        ),
        name,
      ).toEqual([]);
      expect(shown.replace(/\s/g, ''), name).toContain(ORDINARY.replace(/\s/g, ''));
    }
  });

  it('is one black under every box', async () => {
    const report = reportSchema.parse(JSON.parse((await artifact(image, 'entities.json')).toString()));
    expect(report.entities.length).toBeGreaterThanOrEqual(image.pages);
    for (const [index, name] of pictures(image).entries()) {
      const { width, channels, rows } = decoded(await artifact(image, name));
      const boxes = report.entities.filter(({ page }) => page === index + 1).flatMap((entity) => entity.boxes);
      for (const [x0, y0, x1, y1] of boxes)
        for (let y = Math.ceil(y0); y < Math.floor(y1); y++)
          for (let x = Math.ceil(x0); x < Math.floor(x1); x++)
            if (rows[(y * width + x) * channels] !== 0) throw new Error(`${name} shows something at ${x}, ${y}`);
    }
  });
});

it('a picture keeps no code that says what goes, and one that does not', { timeout: LONG }, async () => {
  const [secret, plain] = ['MATMSG:TO:codes01q@hidden.example;;', 'HARBOUR OFFICE 0042'];
  const canvas = createCanvas(900, 500);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 900, 500);
  context.drawImage(await loadImage(await codePng(secret, 'QRCode')), 60, 120);
  context.drawImage(await loadImage(await codePng(plain, 'DataMatrix')), 560, 120);
  const before = canvas.toBuffer('image/png');
  expect((await codesOf(before)).sort()).toEqual([plain, secret]);
  const id = await sendOk(platform, 'codes.png', before);
  expect(await ended(platform, id, LONG)).toMatchObject({ status: 'ready', error: null });
  const answer = await platform.api(`/v1/documents/${id}/artifacts/redacted.png`);
  expect(await codesOf(Buffer.from(await answer.arrayBuffer()))).toEqual([plain]);
});

it('says none of them in logs', () => {
  expect(
    secretsInText(
      platform.output(),
      images.flatMap(({ planted }) => planted.map(({ secret }) => secret)),
    ),
  ).toEqual([]);
});

/** Of the encoder that the platform has: 8 bits, grey without filters or colours with the first one. */
function decoded(png: Buffer): { width: number; channels: number; rows: Buffer } {
  const width = png.readUInt32BE(16);
  const channels = png[25] === 0 ? 1 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const filtered = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const rows = Buffer.alloc((filtered.length / (stride + 1)) * stride);
  for (let from = 0, to = 0; from < filtered.length; from += stride + 1, to += stride)
    for (let x = 0; x < stride; x++) {
      const left = filtered[from] === 1 && x >= channels ? (rows[to + x - channels] ?? 0) : 0;
      rows[to + x] = ((filtered[from + 1 + x] ?? 0) + left) & 255;
    }
  return { width, channels, rows };
}
