import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EmbeddedConverter } from '#shared/adapters/embedded/converter.ts';
import { plantedPdf } from '#tests/corpus/planted-pdf.ts';
import { LIMITS, sourceOf, startConverter } from '#tests/support/converter-fixture.ts';
import { secretsInBytes, secretsInText } from '#tests/support/count-leaks.ts';
import { ended, sendOk } from '#tests/support/documents-client.ts';
import { type LocalPlatform, startLocalPlatform } from '#tests/support/local-platform.ts';

const LONG = 240_000;
const CHECK_DPI = 130;
const { bytes, planted } = plantedPdf();
const secrets = planted.map(({ secret }) => secret);
/** By channel, so that a failure names the place. */
const channels = (found: readonly string[]): string[] =>
  planted.filter(({ secret }) => found.includes(secret)).map(({ channel }) => channel);
const readSchema = z.object({
  pages: z.array(z.object({ words: z.array(z.object({ text: z.string() })) })),
});

let folder: string;
let platform: LocalPlatform;
let converter: EmbeddedConverter;
let redacted: Buffer;
let id: string;

const artifact = async (name: string): Promise<Buffer> => {
  const answer = await platform.api(`/v1/documents/${id}/artifacts/${name}`);
  expect(answer.status, name).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'recto-leaks-'));
  platform = await startLocalPlatform();
  converter = startConverter(folder);
  id = await sendOk(platform, 'planted.pdf', bytes);
  expect((await ended(platform, id, LONG)).status).toBe('ready');
  redacted = await artifact('redacted.pdf');
}, LONG);
afterAll(async () => {
  await converter.close();
  await platform.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('a PDF with a secret in every place that can keep one', () => {
  it('has them all, or the test would prove nothing', async () => {
    expect(planted.length).toBeGreaterThan(45);
    const visible = new Set(['picture of text', 'inline picture of text', 'text in pieces', 'text letter by letter']);
    const found = channels(await secretsInBytes(bytes, secrets));
    expect(
      planted.map(({ channel }) => channel).filter((channel) => !found.includes(channel) && !visible.has(channel)),
    ).toEqual([]);
  });

  it('keeps none of them in the bytes of its redaction', async () => {
    expect(channels(await secretsInBytes(redacted, secrets))).toEqual([]);
  });

  it('keeps none of them in its text or in what its pages show', { timeout: LONG }, async () => {
    const found = new Set<string>();
    let ordinary = 0;
    const { pages } = await converter.inspect({ source: sourceOf(redacted), limits: LIMITS });
    const rendered = converter.renderPages({
      pdf: sourceOf(redacted),
      from: 1,
      to: pages ?? 0,
      dpi: CHECK_DPI,
      anyTextLayer: true,
      limits: LIMITS,
    });
    for await (const page of rendered) {
      if ('error' in page) throw new Error(page.error.message);
      const layer = (page.textLayer?.words ?? []).map((word) => word.text).join(' ');
      if (layer.includes('harbour office')) ordinary++;
      const form = new FormData();
      form.set('file', new Blob([Uint8Array.from(page.png)], { type: 'image/png' }), 'page.png');
      const answer = await platform.api('/v1/ocr', { method: 'POST', body: form });
      const seen = readSchema.parse(await answer.json());
      const shown = seen.pages.flatMap((one) => one.words.map((word) => word.text)).join(' ');
      for (const secret of secretsInText(`${layer} ${shown}`, secrets)) found.add(secret);
    }
    expect(channels([...found])).toEqual([]);
    // What nobody minds is still there, on all but the pages that had to be blackened.
    expect(ordinary).toBeGreaterThan((pages ?? 0) * 0.9);
  });

  it('keeps none of them in the other redacted artifacts, in logs or in metrics', async () => {
    for (const name of ['redacted.txt', 'redacted.json'])
      expect(channels(secretsInText((await artifact(name)).toString(), secrets)), name).toEqual([]);
    expect(channels(secretsInText(platform.output(), secrets))).toEqual([]);
    const metrics = await (await fetch(new URL('/metrics', platform.url))).text();
    expect(channels(secretsInText(metrics, secrets))).toEqual([]);
  });
});
