import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putDocument } from '#tests/support/put-document.ts';
import { parseConfig } from '../config.ts';
import { artifacts } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { type OcrResult, PAGE_SEPARATOR, type Page, PLAIN_PAGE } from '../domain/page.ts';
import { redactOutputSchema } from '../domain/step-outputs.ts';
import type { StepContext, StepInput } from '../engine/step.ts';
import { createEmbeddedPlatform, type EmbeddedPlatform } from '../platform/embedded.ts';
import type { Converter } from '../ports/converter.ts';
import { redactStep } from './redact.ts';
import { byteSource, readObject, readText } from './support/artifacts.ts';
import { stepLimits } from './support/limits.ts';

const TENANT = 'acme';
const DOCUMENT = 'doc_test';
const DPI = 150;
const folder = mkdtempSync(path.join(tmpdir(), 'recto-redact-step-'));
let platform: EmbeddedPlatform;

beforeAll(async () => {
  platform = await createEmbeddedPlatform(parseConfig({ RECTO_DATA_DIR: folder, RECTO_LOG_LEVEL: 'error' }), {
    role: 'steps',
    token: 'test',
    baseUrl: () => 'http://localhost',
  });
});
afterAll(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

const context = (runId: string, converter: Converter = platform.converter): StepContext => ({
  ports: platform.forTenant(TENANT),
  converter,
  media: platform.media,
  inference: platform.inference,
  mailbox: platform.mailbox,
  clock: platform.clock,
  log: platform.log,
  metrics: platform.metrics,
  runId,
  stepId: 'redact',
  attempt: 1,
  signal: new AbortController().signal,
  idempotencyKey: runId,
  runCreatedAt: 0,
});

const PAGES = [
  ['Invoice for Mrs. Ottoline Quennell', 'Card 4111 1111', '1111 1111 was charged', 'Total 120.00 due'],
  ['A letter to OTTOLINE QUENNELL', 'from the harbour office'],
  ['This page was never read 536-90-4399'],
];

async function write(key: string, body: Uint8Array | string, mediaType: string): Promise<{ key: string }> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  await platform.forTenant(TENANT).objects.put({ bucket: 'artifacts', key, body: bytes, mediaType });
  return { key };
}

/** A PDF of those lines, its words as the converter reads them, and the outputs of the steps before. The last page failed. */
async function prepared(runId: string): Promise<StepInput> {
  await putDocument(platform.forTenant(TENANT).store, { id: DOCUMENT, runId });
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const lines of PAGES) {
    const page = pdf.addPage([500, 300]);
    lines.forEach((text, row) => {
      page.drawText(text, { x: 30, y: 250 - row * 30, size: 16, font });
    });
  }
  const stored = await write(`${DOCUMENT}/${runId}/pdf`, await pdf.save(), 'application/pdf');
  const pages: Page[] = [];
  const source = await byteSource(platform.forTenant(TENANT), 'artifacts', stored.key);
  const limits = await stepLimits(context(runId));
  for await (const rendered of platform.converter.renderPages({ pdf: source, from: 1, to: 2, dpi: DPI, limits })) {
    if ('error' in rendered || rendered.textLayer === null) throw new Error('the page should have a text layer');
    const { number, width, height, dpi, textLayer } = rendered;
    const { words } = textLayer;
    const lines = textLayer.lines.map(([from, to]): Page['lines'][number] => ({
      text: words
        .slice(from, to)
        .map((word) => word.text)
        .join(' '),
      confidence: 1,
      box: [0, 0, width, height],
      words: [from, to],
    }));
    pages.push({
      number,
      width,
      height,
      dpi,
      source: 'textLayer',
      words,
      lines,
      blocks: [],
      tables: [],
      ...PLAIN_PAGE,
    });
  }
  const account = { total: 3, ocr: 0, textLayer: 2, failed: 1 };
  const ocr: OcrResult = {
    engine: 'none',
    model: null,
    pages,
    account,
    failedPages: [{ number: 3, code: 'file_corrupt' }],
  };
  const fields = {
    documentType: { name: 'invoice', confidence: 1 },
    template: 'invoice',
    fields: [
      {
        name: 'customer_name',
        type: 'person',
        raw: 'Ottoline Quennell',
        value: 'Ottoline Quennell',
        confidence: 0.9,
        valid: null,
        page: 1,
        box: pages[0]?.words[3]?.box,
      },
    ],
    tables: [],
    account: { tables: 0, rows: 0 },
  };
  const json = 'application/json';
  return {
    run: {},
    documentId: DOCUMENT,
    config: {},
    outputs: {
      convert: { pdf: stored, pages: 3, rows: null, warnings: [] },
      ocr: {
        ocr: await write(`${DOCUMENT}/${runId}/ocr.json`, JSON.stringify(ocr), json),
        text: await write(`${DOCUMENT}/${runId}/text`, '', 'text/plain'),
        account,
      },
      extract: {
        fields: await write(`${DOCUMENT}/${runId}/fields.json`, JSON.stringify(fields), json),
        documentType: 'invoice',
        fieldCount: 1,
        rowCount: 0,
      },
    },
  };
}

/** Words that the text layer of a PDF holds, page by page, trusted or not. */
async function wordsOf(key: string, runId: string): Promise<string[][]> {
  const pdf = await byteSource(platform.forTenant(TENANT), 'artifacts', key);
  const limits = await stepLimits(context(runId));
  const pages: string[][] = [];
  for await (const page of platform.converter.renderPages({
    pdf,
    from: 1,
    to: 3,
    dpi: 72,
    anyTextLayer: true,
    limits,
  })) {
    if ('error' in page) throw new Error(page.error.message);
    pages.push((page.textLayer?.words ?? []).map((word) => word.text));
  }
  return pages;
}

describe('the redact step', () => {
  it('tries again when the reader of its result died, and fails when the result cannot be read', async () => {
    const input = await prepared('run_dies');
    const readBack = (code: string) => {
      const renderPages: StepContext['converter']['renderPages'] = async function* ({ from }) {
        yield { number: from, error: { code, message: 'x' } };
      };
      return redactStep.run({ ...context('run_dies'), converter: { ...platform.converter, renderPages } }, input);
    };
    await expect(readBack('conversion_crashed')).rejects.toMatchObject({
      code: 'conversion_crashed',
      class: 'transient',
    });
    await expect(readBack('file_corrupt')).rejects.toMatchObject({ code: 'redaction_unverified', class: 'permanent' });
  });

  it('takes personal data out of text, structure and PDF, and keeps the rest', async () => {
    const ctx = context('run_a');
    const result = await redactStep.run(ctx, await prepared('run_a'));
    await ctx.ports.store.transaction(async (tx) => result.commit?.(tx));
    const output = redactOutputSchema.parse(result.output);
    const text = (await readText(ctx.ports, output.text?.key ?? '')).split(PAGE_SEPARATOR);
    expect(text).toHaveLength(3);
    expect(text[0]).toContain('Invoice for Mrs. <PERSON>');
    expect(text[0]).toContain('**** ****\n**** 1111');
    expect(text[1]).toBe('A letter to <PERSON>\nfrom the harbour office');
    expect(text[2]).toBe('');
    expect(await readText(ctx.ports, output.fields?.key ?? '')).not.toContain('Quennell');
    const words = await wordsOf(output.pdf?.key ?? '', 'run_a');
    expect(words[0]?.join(' ')).toBe('Invoice for Mrs. Card was charged Total 120.00 due');
    expect(words[1]?.join(' ')).toBe('A letter to from the harbour office');
    expect(words[2]).toEqual([]);
    expect(output.entities).toMatchObject({ PERSON: 2, CREDIT_CARD: 1 });

    const stored = await ctx.ports.store.query(artifacts, {
      where: [{ field: 'documentId', op: '==', value: DOCUMENT }],
    });
    expect(stored.records.map(({ data }) => [data.name, data.sensitive]).sort()).toEqual([
      ['entities.json', true],
      ['redacted.json', false],
      ['redacted.pdf', false],
      ['redacted.txt', false],
    ]);
    const report = stored.records.find(({ data }) => data.name === 'entities.json');
    expect(await readText(ctx.ports, report?.data.key ?? '')).not.toMatch(/Quennell|4111/i);
  });

  it('blackens a page that was not read', async () => {
    const ctx = context('run_b');
    const result = await redactStep.run(ctx, await prepared('run_b'));
    const key = redactOutputSchema.parse(result.output).pdf?.key ?? '';
    const pdf = await byteSource(ctx.ports, 'artifacts', key);
    const limits = await stepLimits(ctx);
    for await (const page of platform.converter.renderPages({ pdf, from: 3, to: 3, dpi: 20, limits })) {
      if ('error' in page) throw new Error(page.error.message);
      // Nothing but black compresses to next to nothing.
      expect(page.png.length).toBeLessThan(400);
    }
  });

  it.each([
    ['still holds what had to go', true],
    ['was made without asking what to redact', false],
  ])('fails closed when the redacted PDF %s', async (_, asks) => {
    const input = await prepared('run_c');
    const careless: Converter = {
      ...platform.converter,
      redactPdf: async ({ pdf, pages }) => {
        let asked = 0;
        if (asks) for await (const page of pages) asked = page.number;
        expect(asked).toBe(asks ? 3 : 0);
        return { pdf: await pdf.open(), pictures: [] };
      },
    };
    const ctx = context('run_c', careless);
    await expect(redactStep.run(ctx, input)).rejects.toMatchObject({ code: 'redaction_unverified' });
    const prefix = `${DOCUMENT}/run_c/redact/1/redacted.pdf`;
    expect((await ctx.ports.objects.list({ bucket: 'artifacts', prefix })).objects).toEqual([]);
  });

  it('leaves unread pages out where they cannot even be rendered', async () => {
    const input = await prepared('run_f');
    const blind: Converter = {
      ...platform.converter,
      redactPdf: async ({ pages, ...rest }) => {
        async function* checked() {
          for await (const page of pages) {
            if (page.number === 3) throw new RectoError('file_corrupt', 'Page 3 cannot be rendered.');
            yield page;
          }
        }
        return platform.converter.redactPdf({ ...rest, pages: checked() });
      },
    };
    const result = await redactStep.run(context('run_f', blind), input);
    const key = redactOutputSchema.parse(result.output).pdf?.key ?? '';
    const pdf = await byteSource(platform.forTenant(TENANT), 'artifacts', key);
    expect((await platform.converter.inspect({ source: pdf, limits: await stepLimits(context('run_f')) })).pages).toBe(
      2,
    );
  });

  it('fails rather than guess when the policy is gone', async () => {
    const input = await prepared('run_d');
    await expect(
      redactStep.run(context('run_d'), { ...input, config: { policyId: 'pol_gone' } }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('leaves no trace of the values in the bytes of the redacted PDF', async () => {
    const ctx = context('run_e');
    const result = await redactStep.run(ctx, await prepared('run_e'));
    const bytes = await readObject(ctx.ports, redactOutputSchema.parse(result.output).pdf?.key ?? '');
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/Quennell|4111|536-90/);
  });
});
