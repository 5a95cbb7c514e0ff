import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedConverter } from '#shared/adapters/embedded/converter.ts';
import type { RedactedPage } from '#shared/ports/converter.ts';
import { PARTS, plantedParts } from '#tests/corpus/planted-parts.ts';
import { collect, LIMITS, pagesOf, sourceOf, startConverter } from '#tests/support/converter-fixture.ts';
import { secretsInBytes } from '#tests/support/count-leaks.ts';

const LONG = 60_000;
const DPI = 100;
const { bytes, planted } = plantedParts();
const secrets = planted.map(({ secret }) => secret);
const channels = (found: readonly string[]): string[] =>
  planted.filter(({ secret }) => found.includes(secret)).map(({ channel }) => channel);

let folder: string;
let converter: EmbeddedConverter;
let redacted: Buffer;
let pictures: number[];

/** Every page as a drawing on which all its words may stay: nobody has told the converter what is secret. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'recto-parts-'));
  converter = startConverter(folder);
  const plans: RedactedPage[] = [];
  const pages = converter.renderPages({
    pdf: sourceOf(bytes),
    from: 1,
    to: planted.length,
    dpi: DPI,
    anyTextLayer: true,
    limits: LIMITS,
  });
  for await (const page of pages) {
    if ('error' in page) throw new Error(page.error.message);
    const words = page.textLayer?.words ?? [];
    plans.push({ number: page.number, dpi: page.dpi, boxes: [], words, as: 'drawing' });
  }
  const made = await converter.redactPdf({
    pdf: sourceOf(bytes),
    pages: pagesOf(...plans),
    forbidden: [],
    limits: LIMITS,
  });
  redacted = await collect(made.pdf);
  pictures = made.pictures.map(({ number }) => number);
}, LONG);
afterAll(async () => {
  await converter.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a PDF with secrets in what its pages are drawn with', () => {
  it('has them all, or the test would prove nothing', async () => {
    expect(planted.length).toBeGreaterThan(40);
    expect(channels(await secretsInBytes(bytes, secrets))).toEqual(Object.keys(PARTS));
  });

  it('keeps none of them, though nobody knows what is secret', async () => {
    expect(channels(await secretsInBytes(redacted, secrets))).toEqual([]);
  });

  it('keeps pages drawings where taking the secret out changes nothing that is seen', () => {
    const drawings = planted.filter((_, index) => !pictures.includes(index + 1)).map(({ channel }) => channel);
    expect(drawings).toEqual(
      expect.arrayContaining(['pixels under a soft mask', 'bytes after the pixels', 'key of a font', 'colour profile']),
    );
  });
});
