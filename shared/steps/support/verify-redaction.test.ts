import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture } from '#tests/corpus/image-files.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { type Page, PLAIN_PAGE, type Word } from '../../domain/page.ts';
import { DEFAULT_POLICY } from '../../domain/redaction/default-policy.ts';
import { DocumentRedactor } from '../../domain/redaction/redact-document.ts';
import type { RenderedPage } from '../../ports/converter.ts';
import { byteSource } from './artifacts.ts';
import { stepLimits } from './limits.ts';
import { verifyPdf } from './verify-redaction.ts';

const WRITTEN = 'Note of the harbour master about the eastern basin';

let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(() => fixture.close());

/** Pages that are seen to show a value, where a picture lies over the written words and reads like that. */
async function seen(read: string): Promise<number[]> {
  const ctx = fixture.stepContext({ runId: 'run_1', stepId: 'redact' });
  const document = await PDFDocument.create();
  const page = document.addPage([500, 300]);
  page.drawText(WRITTEN, { x: 30, y: 200, size: 16, font: await document.embedFont(StandardFonts.Helvetica) });
  page.drawImage(await document.embedPng(picture('png')), { x: 20, y: 190, width: 450, height: 40 });
  await ctx.ports.objects.put({
    ...{ bucket: 'artifacts', key: 'doc_1/pdf', body: await document.save(), mediaType: 'application/pdf' },
  });
  const pdf = await byteSource(ctx.ports, 'artifacts', 'doc_1/pdf');
  const limits = await stepLimits(ctx);
  const shown: RenderedPage[] = [];
  for await (const one of ctx.converter.renderPages({ pdf, from: 1, to: 1, dpi: 150, anyTextLayer: true, limits }))
    if (!('error' in one)) shown.push(one);
  const texts = read.split(' ');
  const words = (shown[0]?.textLayer?.words ?? []).map(
    ({ box }, at): Word => ({ text: texts[at] ?? '', confidence: 0.9, box }),
  );
  const box: Word['box'] = [0, 0, 1042, 625];
  const lines = [{ text: read, confidence: 0.9, box, words: [0, words.length] as [number, number] }];
  const size = { number: 1, width: 1042, height: 625, dpi: 150, source: 'ocr' } as const;
  const pages: Page[] = [{ ...size, words, lines, blocks: [], tables: [], ...PLAIN_PAGE }];
  const inference = { ...ctx.inference, ocr: () => Promise.resolve({ pages, engine: 'test', model: 'test' }) };
  const { survivors } = await verifyPdf(
    { ...ctx, inference },
    {
      ...{ pdf, total: 1, expected: [{ boxes: [], dpi: 150, look: true }], limits },
      ...{ redactor: new DocumentRedactor(DEFAULT_POLICY), policy: DEFAULT_POLICY },
    },
  );
  return [...survivors.keys()];
}

describe('a picture over the words of a text layer', () => {
  it('is searched where it says something else than they do', async () => {
    expect(await seen('Please call Mrs. Hortense Blackwood in the eastern basin')).toEqual([1]);
  });

  it('is those words where it reads like them, by and large', async () => {
    expect(await seen(WRITTEN)).toEqual([]);
    expect(await seen('Note of tne harhour rnaster about the eastem basin')).toEqual([]);
  });
});
