import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kill, processTree } from '#tests/chaos/process-tree.ts';
import { drawPage } from '#tests/support/draw-page.ts';
import { putDocument } from '#tests/support/put-document.ts';
import { parseConfig } from '../config.ts';
import { artifacts, tenants } from '../domain/collections.ts';
import type { Json } from '../domain/json.ts';
import { ocrResultSchema } from '../domain/page.ts';
import { ocrOutputSchema } from '../domain/step-outputs.ts';
import { tenantLimitsSchema, tenantSettingsSchema } from '../domain/tenant.ts';
import type { PartOutcome, StepContext, StepInput } from '../engine/step.ts';
import { createEmbeddedPlatform, type EmbeddedPlatform } from '../platform/embedded.ts';
import { ocrStep } from './ocr.ts';
import { readText } from './support/artifacts.ts';

const TENANT = 'acme';
const DOCUMENT = 'doc_test';
const folder = mkdtempSync(path.join(tmpdir(), 'recto-ocr-step-'));
let platform: EmbeddedPlatform;

beforeAll(async () => {
  platform = await createEmbeddedPlatform(parseConfig({ RECTO_DATA_DIR: folder, RECTO_LOG_LEVEL: 'error' }), {
    role: 'steps',
    token: 'test',
    baseUrl: () => 'http://localhost',
  });
  await platform.forTenant(TENANT).store.put(
    tenants,
    { id: TENANT },
    {
      id: TENANT,
      name: 'Acme',
      status: 'active',
      limits: tenantLimitsSchema.parse({ maxPixels: 1_200_000 }),
      settings: tenantSettingsSchema.parse({}),
      createdAt: 0,
    },
  );
});
afterAll(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

const context = (runId: string, signal = new AbortController().signal): StepContext => ({
  ports: platform.forTenant(TENANT),
  converter: platform.converter,
  media: platform.media,
  inference: platform.inference,
  mailbox: platform.mailbox,
  clock: platform.clock,
  log: platform.log,
  metrics: platform.metrics,
  runId,
  stepId: 'ocr',
  attempt: 1,
  signal,
  idempotencyKey: runId,
  runCreatedAt: 0,
});

/** Page 1 has a text layer, page 2 is an image of text, page 3 is blank (an empty text layer is a good one), page 4 is too large for the tenant at any resolution. */
async function mixedPdf(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  pdf.addPage([400, 300]).drawText('This page has a text layer of its own', { x: 30, y: 200, size: 16, font });
  const drawn = drawPage([{ text: 'This page is a picture', x: 40, y: 120, size: 44 }], { width: 800, height: 240 });
  pdf.addPage([400, 120]).drawImage(await pdf.embedPng(drawn.png), { x: 0, y: 0, width: 400, height: 120 });
  pdf.addPage([200, 200]);
  pdf.addPage([9000, 9000]);
  return pdf.save();
}

async function inputFor(runId: string, pdf: Uint8Array, pages: number): Promise<StepInput> {
  const key = `${DOCUMENT}/${runId}/pdf`;
  await platform.forTenant(TENANT).objects.put({ bucket: 'artifacts', key, body: pdf, mediaType: 'application/pdf' });
  await putDocument(platform.forTenant(TENANT).store, { id: DOCUMENT, runId });
  return {
    run: {},
    documentId: DOCUMENT,
    config: {},
    outputs: { convert: { pdf: { key }, pages, rows: null, warnings: [] } },
  };
}

/** Plans, does the parts and merges, as the engine does; parts that `fail` names count as dead. */
async function runStep(ctx: StepContext, input: StepInput, fail: readonly number[] = []) {
  const plan = await ocrStep.plan(ctx, input);
  const outcomes: PartOutcome[] = [];
  for (const [index, partInput] of plan.entries()) {
    if (fail.includes(index)) {
      const error = { code: 'worker_crashed', message: 'x' };
      outcomes.push({ index, input: partInput, status: 'failed', output: null, error });
      continue;
    }
    const { output, commit } = await ocrStep.runPart(ctx, input, { index, input: partInput });
    await ctx.ports.store.transaction(async (tx) => commit?.(tx));
    outcomes.push({ index, input: partInput, status: 'succeeded', output, error: null });
  }
  const result = await ocrStep.merge(ctx, input, outcomes.reverse());
  await ctx.ports.store.transaction(async (tx) => result.commit?.(tx));
  return { plan, result, output: ocrOutputSchema.parse(result.output) };
}

const resultOf = async (key: string) =>
  ocrResultSchema.parse(JSON.parse(await readText(platform.forTenant(TENANT), key)));

describe('the ocr step', () => {
  it('takes the text of a text file as it is, however odd it reads', async () => {
    const pdf = await PDFDocument.create();
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    const sheet = pdf.addPage([400, 300]);
    for (let line = 0; line < 12; line++) sheet.drawText('a'.repeat(60), { x: 20, y: 270 - line * 20, size: 9, font });
    const input = await inputFor('run_odd', await pdf.save(), 1);
    const sources = async (mediaType: string) => {
      const asked = { ...input, run: { mediaType } };
      return (await runStep(context('run_odd'), asked)).output.account;
    };
    expect(await sources('text/plain')).toMatchObject({ textLayer: 1, ocr: 0 });
    expect(await sources('application/pdf')).toMatchObject({ textLayer: 0, ocr: 1 });
  });

  it('reads a range again when the reader of a page died, until the page must be what kills it', async () => {
    const dies: StepContext['converter'] = {
      ...platform.converter,
      renderPages: async function* ({ from }) {
        yield { number: from, error: { code: 'conversion_crashed', message: 'its process died' } };
      },
    };
    const input = await inputFor('run_dies', await mixedPdf(), 1);
    const part = { index: 0, input: { from: 1, to: 1 } };
    const attempt = (number: number) =>
      ocrStep.runPart({ ...context('run_dies'), converter: dies, attempt: number }, input, part);
    await expect(attempt(1)).rejects.toMatchObject({ code: 'conversion_crashed', class: 'transient' });
    await expect(attempt(3)).rejects.toMatchObject({ code: 'conversion_crashed', class: 'transient' });
    expect((await attempt(4)).output).toMatchObject({ failedPages: [{ number: 1, code: 'conversion_crashed' }] });
  });

  it('takes the text layer where there is one, reads the others, and accounts for every page', async () => {
    const ctx = context('run_mixed');
    const { plan, result, output } = await runStep(ctx, await inputFor('run_mixed', await mixedPdf(), 4));
    expect(plan).toEqual([{ from: 1, to: 4 }]);
    expect(result.partial).toBe(true);
    expect(output.account).toEqual({ total: 4, ocr: 1, textLayer: 2, failed: 1 });
    const read = await resultOf(output.ocr.key);
    expect(read.failedPages).toEqual([{ number: 4, code: 'too_many_pixels' }]);
    expect(read.pages.map((page) => [page.number, page.source, page.lines.map((line) => line.text)])).toEqual([
      [1, 'textLayer', ['This page has a text layer of its own']],
      [2, 'ocr', ['This page is a picture']],
      [3, 'textLayer', []],
    ]);
    expect(read).toMatchObject({
      engine: 'recto-ppocr',
      model: expect.stringContaining('rec'),
      account: output.account,
    });
    expect(await readText(ctx.ports, output.text.key)).toBe(
      'This page has a text layer of its own\fThis page is a picture\f\f',
    );
    const { records } = await ctx.ports.store.query(artifacts, {
      where: [{ field: 'documentId', op: '==', value: DOCUMENT }],
    });
    const kept = records.map(({ data }) => data).sort((a, b) => a.name.localeCompare(b.name));
    expect(kept.map((artifact) => artifact.name)).toEqual([
      'ocr.json',
      'pages/1.png',
      'pages/2.png',
      'pages/3.png',
      'text',
    ]);
    expect(kept.every((artifact) => artifact.sensitive)).toBe(true);
    const image = await ctx.ports.objects.head({ bucket: 'artifacts', key: kept[1]?.key ?? '' });
    expect(image?.size).toBe(kept[1]?.size);
  });

  it('loses no page when the process that renders dies under it', async () => {
    const pdf = await PDFDocument.create();
    for (let page = 0; page < 10; page++) pdf.addPage([400, 300]);
    const input = await inputFor('run_died', await pdf.save(), 10);
    let deaths = 0;
    async function* renderPages(params: Parameters<StepContext['converter']['renderPages']>[0]) {
      for await (const page of platform.converter.renderPages(params)) {
        if ('error' in page) deaths += 1;
        // The next page is being rendered now.
        const workers = processTree(process.pid).filter((each) => each.command.includes('worker/main.ts'));
        if (deaths === 0) for (const worker of workers) kill(worker.pid);
        yield page;
      }
    }
    const ctx = { ...context('run_died'), converter: { ...platform.converter, renderPages } };
    const { output } = await ocrStep.runPart(ctx, input, { index: 0, input: { from: 1, to: 10 } });
    expect(deaths).toBeGreaterThan(0);
    expect(output).toMatchObject({ textLayer: 10, failedPages: [] });
  });

  it('merges in order what the parts gave, and counts the pages of a dead part as failed', async () => {
    const pdf = await PDFDocument.create();
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    for (let number = 1; number <= 23; number++)
      pdf.addPage([300, 100]).drawText(`Here begins page number ${number}`, { x: 20, y: 50, size: 14, font });
    const ctx = context('run_parts');
    const { plan, result, output } = await runStep(ctx, await inputFor('run_parts', await pdf.save(), 23), [1]);
    expect(plan).toEqual([
      { from: 1, to: 10 },
      { from: 11, to: 20 },
      { from: 21, to: 23 },
    ]);
    expect(result.partial).toBe(true);
    expect(output.account).toEqual({ total: 23, ocr: 0, textLayer: 13, failed: 10 });
    const read = await resultOf(output.ocr.key);
    expect(read).toMatchObject({ engine: 'text-layer', model: null });
    expect(read.pages.map((page) => page.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 21, 22, 23]);
    expect(read.failedPages[0]).toEqual({ number: 11, code: 'worker_crashed' });
    const texts = (await readText(ctx.ports, output.text.key)).split('\f');
    expect(texts).toHaveLength(23);
    expect([texts[10], texts[20]]).toEqual(['', 'Here begins page number 21']);
  });

  it('fails as a whole, with the reason, when no page could be read', async () => {
    const pdf = await PDFDocument.create();
    pdf.addPage([300, 100]);
    await expect(
      runStep(context('run_none'), await inputFor('run_none', await pdf.save(), 1), [0]),
    ).rejects.toMatchObject({ code: 'worker_crashed', class: 'permanent' });
  });

  it('gives a document without pages an empty result', async () => {
    const { plan, result, output } = await runStep(
      context('run_empty'),
      await inputFor('run_empty', new Uint8Array(9), 0),
    );
    expect([plan, result.partial]).toEqual([[], false]);
    expect((await resultOf(output.ocr.key)).pages).toEqual([]);
  });

  it('plans at most 1,000 parts', async () => {
    const outputs: Record<string, Json> = { convert: { pdf: { key: 'x' }, pages: 25_001, rows: null, warnings: [] } };
    const plan = await ocrStep.plan(context('run_plan'), { run: {}, documentId: DOCUMENT, config: {}, outputs });
    expect(plan.length).toBeLessThanOrEqual(1000);
    expect(plan.at(-1)).toMatchObject({ to: 25_001 });
  });

  it('stops when it is cancelled', async () => {
    const input = await inputFor('run_cancel', await mixedPdf(), 4);
    const ctx = context('run_cancel', AbortSignal.abort('cancelled'));
    await expect(ocrStep.runPart(ctx, input, { index: 0, input: { from: 1, to: 4 } })).rejects.toBeDefined();
  });
});
