import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putDocument } from '#tests/support/put-document.ts';
import { parseConfig } from '../config.ts';
import { artifacts, documents } from '../domain/collections.ts';
import type { Document } from '../domain/document.ts';
import { fieldDefinitionInputSchema, templateInputSchema } from '../domain/extraction/custom.ts';
import { pageOf } from '../domain/extraction/page-of.fixture.ts';
import { extractionResultSchema } from '../domain/extraction-result.ts';
import { newId } from '../domain/ids.ts';
import { ocrResultSchema } from '../domain/page.ts';
import { SCOPES } from '../domain/principal.ts';
import { createEngine } from '../engine/engine.ts';
import type { StepContext, StepInput } from '../engine/step.ts';
import { createEmbeddedPlatform, type EmbeddedPlatform } from '../platform/embedded.ts';
import type { UseCaseContext } from '../usecases/context.ts';
import { exportDocument } from '../usecases/documents/export.ts';
import { deleteField } from '../usecases/templates/delete-field.ts';
import { listFields } from '../usecases/templates/list-fields.ts';
import { saveTemplate } from '../usecases/templates/save.ts';
import { saveField } from '../usecases/templates/save-field.ts';
import { extractStep } from './extract.ts';
import { commitArtifacts, writeArtifact } from './support/artifacts.ts';

const TENANT = 'acme';
const folder = mkdtempSync(path.join(tmpdir(), 'recto-extract-'));
let platform: EmbeddedPlatform;
let ctx: UseCaseContext;

beforeAll(async () => {
  const config = parseConfig({ RECTO_DATA_DIR: folder, RECTO_LOG_LEVEL: 'error', RECTO_OCR_URL: 'http://127.0.0.1:9' });
  platform = await createEmbeddedPlatform(config, { role: 'front', token: 'test', baseUrl: () => 'http://127.0.0.1' });
  ctx = {
    platform,
    engine: createEngine({ platform, steps: [extractStep], slots: { convert: 1, ocr: 1, cpu: 1, network: 1 } }),
    ports: platform.forTenant(TENANT),
    principal: { kind: 'user', id: 'u', tenantId: TENANT, scopes: SCOPES },
    requestId: 'req_test',
  };
});
afterAll(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

function newDocument(): Promise<Document> {
  const now = platform.clock.now();
  return putDocument(ctx.ports.store, { id: newId('document', now), createdAt: now, updatedAt: now });
}

function stepContext(): StepContext {
  const { converter, media, inference, mailbox, clock, log, metrics } = platform;
  return {
    ports: ctx.ports,
    converter,
    media,
    inference,
    mailbox,
    clock,
    log,
    metrics,
    runId: 'run_1',
    stepId: 'extract',
    attempt: 1,
    signal: new AbortController().signal,
    idempotencyKey: 'key',
    runCreatedAt: clock.now(),
  };
}

/** Runs the step over a page of these lines as the engine does: the attempt, then its transaction. */
async function extractLines(lines: readonly string[]) {
  const document = await newDocument();
  const step = stepContext();
  const account = { total: 1, ocr: 0, textLayer: 1, failed: 0 };
  const ocr = ocrResultSchema.parse({ engine: 'text', model: null, pages: [pageOf(lines)], account, failedPages: [] });
  const write = (name: string, body: string, sensitive: boolean) =>
    writeArtifact(step, { documentId: document.id, name, mediaType: 'application/json', body, sensitive });
  const read = await write('ocr.json', JSON.stringify(ocr), true);
  const text = await write('text', lines.join('\n'), true);
  const input: StepInput = {
    run: {},
    documentId: document.id,
    config: {},
    outputs: { ocr: { ocr: { key: read.key }, text: { key: text.key }, account } },
  };
  const { output, commit } = await extractStep.run(step, input);
  await ctx.ports.store.transaction(async (tx) => {
    await commitArtifacts(tx, [text]);
    await commit?.(tx);
  });
  return { document, output, write };
}

const exported = async (input: Parameters<typeof exportDocument>[1]): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await exportDocument(ctx, input)).body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

const FORM = [
  'APPLICATION FORM',
  'Please print',
  'First name: Ada',
  'Last name: Byron',
  'Shoe size: 38',
  'Signature: __',
];

describe('the extract step', () => {
  it('writes fields.json as a sensitive artifact and gives the document its type', async () => {
    const { document, output } = await extractLines(FORM);
    expect(output).toMatchObject({ documentType: 'form', rowCount: 0 });
    const stored = await ctx.ports.store.get(documents, { id: document.id });
    expect(stored?.data.documentType).toBe('form');
    const artifact = await ctx.ports.store.get(artifacts, { id: `${document.id}:fields.json` });
    expect(artifact?.data).toMatchObject({ sensitive: true, mediaType: 'application/json' });
    const result = extractionResultSchema.parse(
      JSON.parse(await exported({ documentId: document.id, format: 'json', original: true })),
    );
    expect(result.fields.map((field) => field.name)).toEqual(
      expect.arrayContaining(['given_names', 'surname', 'shoe_size']),
    );
  });

  it('finds the fields that the tenant defined, until they are deleted', async () => {
    await saveField(
      ctx,
      fieldDefinitionInputSchema.parse({
        name: 'batch_code',
        label: 'Batch',
        type: 'id',
        labels: ['Batch code'],
        pattern: 'B-\\d{4}',
      }),
    );
    await saveTemplate(
      ctx,
      templateInputSchema.parse({
        name: 'lab_report',
        label: 'Lab',
        phrases: [{ text: 'laboratory report', weight: 5 }],
        fields: ['batch_code'],
      }),
    );
    const lines = ['Laboratory report', 'Batch code: B-1234'];
    const { document, output } = await extractLines(lines);
    expect(output).toMatchObject({ documentType: 'lab_report', fieldCount: 1 });
    expect(await exported({ documentId: document.id, format: 'csv', original: true })).toContain(
      'field,batch_code,,,id,B-1234',
    );
    expect((await listFields(ctx, { pageSize: 10 })).items.map((field) => field.name)).toEqual(['batch_code']);
    await deleteField(ctx, { name: 'batch_code' });
    expect((await extractLines(lines)).output).toMatchObject({ documentType: 'lab_report', fieldCount: 0 });
  });

  it('refuses a template of fields that do not exist', async () => {
    const input = templateInputSchema.parse({ name: 'x', label: 'X', fields: ['no_such_field'] });
    await expect(saveTemplate(ctx, input)).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('an export', () => {
  it.each(['json', 'xml', 'csv', 'html', 'md'] as const)(
    'without permission for originals takes the redacted result alone: %s',
    async (format) => {
      const { document, write } = await extractLines(FORM);
      await expect(exportDocument(ctx, { documentId: document.id, format, original: false })).rejects.toMatchObject({
        code: 'conflict',
      });
      const original = JSON.parse(await exported({ documentId: document.id, format: 'json', original: true }));
      const fields = original.fields.map((field: object) => ({ ...field, raw: '<PERSON>', value: '<PERSON>' }));
      const result = extractionResultSchema.parse({ ...original, fields });
      const redacted = [
        await write('redacted.json', JSON.stringify(result), false),
        await write('redacted.txt', 'First name: <PERSON>', false),
      ];
      await ctx.ports.store.transaction(async (tx) => commitArtifacts(tx, redacted));
      expect(await exported({ documentId: document.id, format, original: true })).toContain('Byron');
      const safe = await exported({ documentId: document.id, format, original: false });
      expect(safe).toContain('PERSON');
      expect(safe).not.toContain('Byron');
    },
  );
  it('of a document that is not there is not found', async () => {
    await expect(exportDocument(ctx, { documentId: 'doc_x', format: 'json', original: true })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
