import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { drawPage } from '#tests/support/draw-page.ts';
import { chatCompletion, type FakeUpstream, startFakeUpstream } from '#tests/support/fake-upstream.ts';
import { parseConfig } from '../config.ts';
import { auditEvents } from '../domain/collections.ts';
import { createEmbeddedPlatform, type EmbeddedPlatform } from './embedded.ts';

const PAGES = [{ number: 1, image: drawPage([], { width: 80, height: 40 }).png, mediaType: 'image/png', dpi: 200 }];
let folder: string;
let house: FakeUpstream;
let platform: EmbeddedPlatform;
let lines: string[];
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'recto-engines-'));
  house = await startFakeUpstream(({ method }) => (method === 'POST' ? { body: chatCompletion('text') } : {}));
  lines = [];
  const config = parseConfig({
    RECTO_DATA_DIR: folder,
    RECTO_OCR_ENGINES: 'recto-ppocr,house,unset',
    RECTO_OCR_REQUIRED: 'house',
    RECTO_OCR_HOUSE_URL: house.url,
    RECTO_OCR_HOUSE_MODEL: 'house/reader',
  });
  const writeLog = (line: string) => void lines.push(line);
  const baseUrl = () => 'http://localhost';
  platform = await createEmbeddedPlatform(config, { role: 'steps', token: 'test', baseUrl, writeLog });
});
afterEach(async () => {
  await platform.close();
  await house.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const health = async () =>
  Object.fromEntries(
    (await platform.health()).filter(({ name }) => name.startsWith('ocr')).map((one) => [one.name, one.ok]),
  );
const breakerEvents = async () => {
  const { records } = await platform.system.store.query(auditEvents, { limit: 100 });
  return records.map(({ data }) => data).filter(({ action }) => action.startsWith('ocr-engine'));
};

it('says of every engine whether it answers, and leaves out one that lacks its settings with a word in the log', async () => {
  // Our own sleeps until it is needed: that is well.
  expect(await health()).toEqual({ ocr: true, 'ocr:recto-ppocr': true, 'ocr:house': true });
  expect(lines.filter((line) => line.includes('is left out') && line.includes('RECTO_OCR_UNSET_URL'))).toHaveLength(1);
});

it('asks upstreams no more often than it should, however often it is asked', async () => {
  for (let times = 0; times < 20; times++) await health();
  expect(house.requests.length).toBeLessThanOrEqual(2);
});

it('puts on record when a breaker opens', async () => {
  house.reply = () => ({ status: 500 });
  for (let call = 0; call < 5; call++)
    await expect(platform.inference.ocr({ pages: PAGES, model: 'house' })).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
  await expect.poll(breakerEvents, { timeout: 5000 }).toMatchObject([
    {
      action: 'ocr-engine.breaker-opened',
      actor: { kind: 'system' },
      targets: [{ type: 'ocr-engine', id: 'house' }],
      metadata: { because: 'dependency_unavailable' },
    },
  ]);
  expect((await platform.health()).find(({ name }) => name === 'ocr')).toMatchObject({ ok: false, required: false });
});
