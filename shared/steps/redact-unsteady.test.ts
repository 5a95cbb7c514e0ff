import { PDFDocument, rgb } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putDocument } from '#tests/support/put-document.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { artifacts } from '../domain/collections.ts';
import { type OcrResult, type Page, PLAIN_PAGE, type Word } from '../domain/page.ts';
import { redactionReportSchema } from '../domain/redaction/report.ts';
import { redactOutputSchema } from '../domain/step-outputs.ts';
import type { Inference } from '../ports/inference.ts';
import { redactStep } from './redact.ts';
import { byteSource, readText } from './support/artifacts.ts';
import { stepLimits } from './support/limits.ts';

const SIZE = { width: 1042, height: 625, dpi: 150 };

let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(async () => {
  await fixture.close();
});

/** A line of words as an OCR engine gives it. */
function pageOf(number: number, text: string, y: number): Page {
  let x = 60;
  const words = text.split(' ').map((word): Word => {
    const box: Word['box'] = [x, y, x + word.length * 14, y + 24];
    x = box[2] + 14;
    return { text: word, confidence: 0.9, box };
  });
  const box: Word['box'] = [60, y, x, y + 24];
  const lines = [{ text, confidence: 0.9, box, words: [0, words.length] as [number, number] }];
  return { number, ...SIZE, source: 'ocr', words, lines, blocks: [], tables: [], ...PLAIN_PAGE };
}

/** Reads something else on each look, as an engine does with handwriting. */
function unsteady(readings: readonly string[]): { inference: Inference; looks: () => number } {
  let looks = 0;
  const inference: Inference = {
    ...fixture.stepContext({ runId: 'run_x', stepId: 'redact' }).inference,
    ocr: async ({ pages }) => {
      const text = readings[Math.min(looks, readings.length - 1)] ?? '';
      const read = pages.map(({ number }) => pageOf(number, text, 200 + 60 * looks));
      looks++;
      return { pages: read, engine: 'test', model: 'test' };
    },
  };
  return { inference, looks: () => looks };
}

async function redacted(runId: string, readings: readonly string[]) {
  const { ports } = fixture.ctx;
  const { inference, looks } = unsteady(readings);
  const ctx = { ...fixture.stepContext({ runId, stepId: 'redact' }), inference };
  const id = `doc_${runId}`;
  await putDocument(ports.store, { id, runId });
  const pdf = await PDFDocument.create();
  for (const [x, y] of [
    [30, 250],
    [30, 40],
  ] as const)
    pdf.addPage([500, 300]).drawRectangle({ x, y, width: 80, height: 20, color: rgb(0.8, 0.2, 0.2) });
  const store = async (name: string, body: Uint8Array | string, mediaType: string): Promise<{ key: string }> => {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    await ports.objects.put({ bucket: 'artifacts', key: `${id}/${name}`, body: bytes, mediaType });
    return { key: `${id}/${name}` };
  };
  const pages = [pageOf(1, 'A note for Mrs. Ottoline Quennell', 60), pageOf(2, 'The harbour is closed', 60)];
  const account = { total: 2, ocr: 2, textLayer: 0, failed: 0 };
  const ocr: OcrResult = { engine: 'test', model: 'test', pages, account, failedPages: [] };
  const result = await redactStep.run(ctx, {
    run: {},
    documentId: id,
    config: {},
    outputs: {
      convert: { pdf: await store('pdf', await pdf.save(), 'application/pdf'), pages: 2, rows: null, warnings: [] },
      ocr: {
        ocr: await store('ocr.json', JSON.stringify(ocr), 'application/json'),
        text: await store('text', '', 'text/plain'),
        account,
      },
    },
  });
  await ports.store.transaction(async (tx) => result.commit?.(tx));
  const made = await ports.store.query(artifacts, { where: [{ field: 'documentId', op: '==', value: id }] });
  const reportAt = made.records.find(({ data }) => data.name === 'entities.json')?.data.key ?? '';
  const report = redactionReportSchema.parse(JSON.parse(await readText(ports, reportAt)));
  const key = redactOutputSchema.parse(result.output).pdf?.key ?? '';
  const shown: { bytes: number; words: string[] }[] = [];
  const params = { pdf: await byteSource(ports, 'artifacts', key), from: 1, to: 2, dpi: 40, anyTextLayer: true };
  for await (const page of ctx.converter.renderPages({ ...params, limits: await stepLimits(ctx) })) {
    if ('error' in page) throw new Error(page.error.message);
    shown.push({ bytes: page.png.length, words: (page.textLayer?.words ?? []).map((word) => word.text) });
  }
  return { result, report, looks: looks(), shown };
}

describe('a page that is read differently each time', () => {
  it('goes black when it shows somebody else on every look, and the run says that it left something out', async () => {
    const names = ['Ottoline Quennell', 'Hortense Blackwood', 'Barnaby Thistlewaite', 'Cornelius Ashdown'];
    const { result, report, looks, shown } = await redacted(
      'run_unsteady',
      names.map((name) => `A note for Mrs. ${name}`),
    );
    expect(result.partial).toBe(true);
    expect(report.pages).toEqual([
      { number: 1, as: 'black', why: 'it showed personal data each of the 3 times it was made' },
      { number: 2, as: 'picture', why: 'it was read as a picture' },
    ]);
    expect(report.verification).toEqual({ pages: 2, looked: 0, rounds: 4 });
    expect(looks).toBe(3);
    expect(shown[0]?.words).toEqual([]);
    expect(shown[1]?.words.join(' ')).toBe('The harbour is closed');
  });

  it('is made again with what was seen, and no more than that goes', async () => {
    const { result, report, shown } = await redacted('run_twice', ['Signed by Mrs. Hortense Blackwood', 'A note']);
    expect(result.partial).toBe(false);
    expect(report.pages[0]?.as).toBe('picture');
    expect(report.verification?.rounds).toBe(2);
    expect(shown[0]?.words.join(' ')).toBe('A note for Mrs.');
  });
});
