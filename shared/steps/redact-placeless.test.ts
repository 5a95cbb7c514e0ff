import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putDocument } from '#tests/support/put-document.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { extract } from '../domain/extraction/extract.ts';
import type { OcrResult } from '../domain/page.ts';
import { redactOutputSchema } from '../domain/step-outputs.ts';
import { parseVisionOutput } from '../domain/vision/parse-vision-output.ts';
import { redactStep } from './redact.ts';
import { byteSource, readObject, readText } from './support/artifacts.ts';
import { stepLimits } from './support/limits.ts';

let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(async () => {
  await fixture.close();
});

it('blackens a page whole of which nobody knows where its values stand, and redacts its text value by value', async () => {
  const { ports } = fixture.ctx;
  const ctx = fixture.stepContext({ runId: 'run_p', stepId: 'redact' });
  await putDocument(ports.store, { id: 'doc_p', runId: 'run_p' });
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const text of ['Mrs. Ottoline Quennell', 'Nothing of anyone']) {
    pdf.addPage([500, 300]).drawText(text, { x: 30, y: 200, size: 16, font });
  }
  const store = async (name: string, body: Uint8Array | string, mediaType: string): Promise<{ key: string }> => {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    await ports.objects.put({ bucket: 'artifacts', key: `doc_p/${name}`, body: bytes, mediaType });
    return { key: `doc_p/${name}` };
  };
  const size = { width: 1042, height: 625, dpi: 150 };
  const answer = `Invoice for Mrs. Ottoline Quennell
Date of birth: 1 May 1980

<table><tr><th>Card</th><th>Amount</th></tr><tr><td>4111 1111 1111 1111</td><td>120.00</td></tr></table>

The harbour is closed on Sundays.`;
  const pages = [answer, 'Nothing of anyone'].map((text, index) =>
    parseVisionOutput({ text, truncated: false }, { number: index + 1, ...size }),
  );
  const account = { total: 2, ocr: 2, textLayer: 0, failed: 0 };
  const ocr: OcrResult = { engine: 'nanonets-ocr2-3b', model: 'x', pages, account, failedPages: [] };
  const fields = extract(pages);
  const outputs = {
    convert: { pdf: await store('pdf', await pdf.save(), 'application/pdf'), pages: 2, rows: null, warnings: [] },
    ocr: {
      ocr: await store('ocr.json', JSON.stringify(ocr), 'application/json'),
      text: await store('text', '', 'text/plain'),
      account,
    },
    extract: {
      fields: await store('fields.json', JSON.stringify(fields), 'application/json'),
      documentType: fields.documentType.name,
      fieldCount: fields.fields.length,
      rowCount: fields.account.rows,
    },
  };
  const result = await redactStep.run(ctx, { run: {}, documentId: 'doc_p', config: {}, outputs });
  const made = redactOutputSchema.parse(result.output);

  const text = await readText(ports, made.text?.key ?? '');
  expect(text).not.toMatch(/Quennell|4111/);
  for (const kept of ['Invoice for', 'Amount', 'The harbour is closed on Sundays.', 'Nothing of anyone'])
    expect(text).toContain(kept);
  expect(await readText(ports, made.fields?.key ?? '')).not.toMatch(/Quennell|4111/);

  const key = made.pdf?.key ?? '';
  expect(Buffer.from(await readObject(ports, key)).toString('latin1')).not.toMatch(/Quennell|anyone/);
  const limits = await stepLimits(ctx);
  const redacted = await byteSource(ports, 'artifacts', key);
  let seen = 0;
  const rendered = fixture.platform.converter.renderPages({ pdf: redacted, from: 1, to: 2, dpi: 20, limits });
  for await (const page of rendered) {
    if ('error' in page) throw new Error(page.error.message);
    seen += 1;
    expect(page.textLayer?.words ?? []).toEqual([]);
    // Nothing but black compresses to next to nothing.
    expect(page.png.length).toBeLessThan(400);
  }
  expect(seen).toBe(2);
});
