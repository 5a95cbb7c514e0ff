import { PDFDocument, type PDFPage, rgb, StandardFonts } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CodeFormat, codeModules } from '#tests/support/code-png.ts';
import { putDocument } from '#tests/support/put-document.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { policies } from '../domain/collections.ts';
import { layoutPage } from '../domain/layout/layout-page.ts';
import type { OcrResult, Page } from '../domain/page.ts';
import type { Policy } from '../domain/policy.ts';
import { DEFAULT_POLICY } from '../domain/redaction/default-policy.ts';
import { redactionReportSchema } from '../domain/redaction/report.ts';
import { redactOutputSchema } from '../domain/step-outputs.ts';
import { redactStep } from './redact.ts';
import { byteSource, readText } from './support/artifacts.ts';
import { stepLimits } from './support/limits.ts';

const DPI = 150;
let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(() => fixture.close());

/** Its dark runs as rectangles, as a program that writes PDFs draws them: no picture is on the page. */
async function draw(page: PDFPage, text: string, format: CodeFormat, x: number, y: number): Promise<void> {
  const symbol = await codeModules(text, format);
  const unit = 2;
  const tall = symbol.height === 1 ? 40 : unit;
  const rows = symbol.height === 1 ? 1 : symbol.height;
  for (let row = 0; row < rows; row++)
    for (let from = 0; from < symbol.width; from++) {
      let to = from;
      while (to < symbol.width && (symbol.data[row * symbol.width + to] ?? 255) < 128) to++;
      if (to === from) continue;
      const place = { x: x + from * unit, y: y - row * unit, width: (to - from) * unit, height: tall };
      page.drawRectangle({ ...place, color: rgb(0, 0, 0) });
      from = to;
    }
}

const CODES = [
  { text: 'MAILTO:jane.quennell@hidden.example', format: 'QRCode', at: [40, 330] },
  { text: 'HARBOUR OFFICE', format: 'QRCode', at: [300, 330] },
  { text: 'SHELF-0042', format: 'Code128', at: [40, 150] },
] as const;

async function pageCodes(pdf: string, from: UseCaseFixture): Promise<Page[]> {
  const ctx = from.stepContext({ runId: 'run_codes', stepId: 'ocr' });
  const source = await byteSource(from.ctx.ports, 'artifacts', pdf);
  const pages: Page[] = [];
  const params = { pdf: source, from: 1, to: 1, dpi: DPI, anyTextLayer: true, codes: true };
  for await (const seen of from.platform.converter.renderPages({ ...params, limits: await stepLimits(ctx) })) {
    if ('error' in seen) throw new Error(seen.error.message);
    const { number, width, height, dpi, textLayer, codes = [] } = seen;
    const page = layoutPage({ number, width, height, dpi, source: 'textLayer', words: textLayer?.words ?? [] });
    pages.push({ ...page, codes: [...codes] });
  }
  return pages;
}

async function redact(name: string, policy: Partial<Policy>) {
  const { ports } = fixture.ctx;
  const [runId, documentId] = [`run_${name}`, `doc_${name}`];
  const ctx = fixture.stepContext({ runId, stepId: 'redact' });
  await putDocument(ports.store, { id: documentId, runId });
  await ports.store.create(policies, { id: `policy_${name}` }, { ...DEFAULT_POLICY, ...policy, id: `policy_${name}` });
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([500, 420]);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  page.drawText('The harbour office opens at nine.', { x: 40, y: 390, size: 14, font });
  for (const { text, format, at } of CODES) await draw(page, text, format, at[0], at[1]);
  const store = async (file: string, body: Uint8Array | string): Promise<{ key: string }> => {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    await ports.objects.put({ bucket: 'artifacts', key: `${documentId}/${file}`, body: bytes, mediaType: 'x/y' });
    return { key: `${documentId}/${file}` };
  };
  const stored = await store('pdf', await pdf.save());
  const pages = await pageCodes(stored.key, fixture);
  const account = { total: 1, ocr: 0, textLayer: 1, failed: 0 };
  const ocr: OcrResult = { engine: 'none', model: null, pages, account, failedPages: [] };
  const outputs = {
    convert: { pdf: stored, pages: 1, rows: null, warnings: [] },
    ocr: { ocr: await store('ocr.json', JSON.stringify(ocr)), text: await store('text', ''), account },
  };
  const config = { policyId: `policy_${name}` };
  const { output, commit } = await redactStep.run(ctx, { run: {}, documentId, config, outputs });
  await ports.store.transaction(async (tx) => commit?.(tx));
  const made = redactOutputSchema.parse(output);
  const report = redactionReportSchema.parse(
    JSON.parse(await readText(ports, `${documentId}/${runId}/redact/1/entities.json`)),
  );
  const left = (await pageCodes(made.pdf?.key ?? '', fixture)).flatMap((one) => one.codes ?? []);
  return { before: pages, left: left.map(({ text }) => text).sort(), report };
}

describe('barcodes and matrix codes', () => {
  it('go when they say what goes, and stay when not', { timeout: 60_000 }, async () => {
    const { before, left, report } = await redact('say', {});
    const seen = before.flatMap((page) => page.codes ?? []);
    expect(seen.map(({ text }) => text).sort()).toEqual(CODES.map(({ text }) => text).sort());
    expect(left).toEqual(['HARBOUR OFFICE', 'SHELF-0042']);
    const [found] = report.entities.filter(({ type }) => type === 'QR_CODE');
    expect(found).toMatchObject({
      recognizer: 'code-reader',
      why: expect.stringMatching(/^it says EMAIL_ADDRESS/),
      score: 1,
      page: 1,
    });
    expect(JSON.stringify(report)).not.toContain('quennell');
  });

  it('go all when the policy names them, and those alone', { timeout: 60_000 }, async () => {
    const entities: Policy['entities'] = { BARCODE: { operator: 'remove' } };
    const { left, report } = await redact('named', { default: { operator: 'keep' }, entities });
    expect(left).toEqual(
      CODES.filter(({ format }) => format === 'QRCode')
        .map(({ text }) => text)
        .sort(),
    );
    expect(report.entities.map(({ type, operator }) => [type, operator])).toEqual([['BARCODE', 'remove']]);
  });

  it('are no way around what nothing here can find: the step fails and names it', { timeout: 60_000 }, async () => {
    await expect(redact('faces', { entities: { FACE: { operator: 'remove' } } })).rejects.toMatchObject({
      code: 'recognizer_unavailable',
      details: { types: ['FACE'] },
    });
  });
});
