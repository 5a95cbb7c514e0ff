import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encryptedPdf, textPdf } from '#tests/corpus/pdf-files.ts';
import { outcome } from '#tests/support/converter-fixture.ts';
import { putDocument } from '#tests/support/put-document.ts';
import { parseConfig } from '../config.ts';
import { artifactId } from '../domain/artifact-id.ts';
import { artifacts, tenants } from '../domain/collections.ts';
import { convertOutputSchema } from '../domain/step-outputs.ts';
import { tenantSchema } from '../domain/tenant.ts';
import type { StepContext } from '../engine/step.ts';
import { createEmbeddedPlatform, type EmbeddedPlatform } from '../platform/embedded.ts';
import { convertStep } from './convert.ts';
import { readObject } from './support/artifacts.ts';

const TENANT = 'acme';
const folder = mkdtempSync(path.join(tmpdir(), 'recto-convert-step-'));
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

async function convert(documentId: string, bytes: Uint8Array, passwordSecret: string | null = null) {
  const ports = platform.forTenant(TENANT);
  await ports.objects.put({ bucket: 'documents', key: documentId, body: bytes, mediaType: 'application/pdf' });
  await putDocument(ports.store, { id: documentId, runId: `run_${documentId}` });
  const { converter, media, inference, mailbox, clock, log, metrics } = platform;
  const ctx: StepContext = {
    ports,
    converter,
    media,
    inference,
    mailbox,
    clock,
    log,
    metrics,
    runId: `run_${documentId}`,
    stepId: 'convert',
    attempt: 1,
    signal: new AbortController().signal,
    idempotencyKey: documentId,
    runCreatedAt: 0,
  };
  const run = { documentId, sourceKey: documentId, mediaType: 'application/pdf', filename: 'a.pdf', passwordSecret };
  const result = await convertStep.run(ctx, { run, documentId, config: {}, outputs: {} });
  await ports.store.transaction(async (tx) => {
    await result.commit?.(tx);
  });
  return convertOutputSchema.parse(result.output);
}

describe('the convert step', () => {
  it('makes the PDF a sensitive artifact of the document and says what it holds', async () => {
    const output = await convert('doc_1', await textPdf(['one', 'two']));
    expect(output).toMatchObject({ pages: 2, rows: null, warnings: [] });
    const ports = platform.forTenant(TENANT);
    const stored = await ports.store.get(artifacts, { id: artifactId('doc_1', 'pdf') });
    expect(stored?.data).toMatchObject({ key: output.pdf.key, mediaType: 'application/pdf', sensitive: true });
    expect(Buffer.from(await readObject(ports, output.pdf.key)).toString('latin1', 0, 5)).toBe('%PDF-');
  });

  it('takes the password from the secrets of the tenant', async () => {
    const locked = await encryptedPdf('x', 'open sesame');
    expect(await outcome(convert('doc_2', locked, 'pw'))).toBe('password_required');
    await platform.forTenant(TENANT).secrets.put('pw', 'guess');
    expect(await outcome(convert('doc_3', locked, 'pw'))).toBe('password_wrong');
    await platform.forTenant(TENANT).secrets.put('pw', 'open sesame');
    expect((await convert('doc_4', locked, 'pw')).pages).toBe(1);
  });

  it('keeps to the page limit of the tenant', async () => {
    const tenant = tenantSchema.parse({
      id: TENANT,
      name: 'Acme',
      status: 'active',
      limits: { maxPages: 2 },
      settings: {},
      createdAt: 0,
    });
    await platform.forTenant(TENANT).store.put(tenants, { id: TENANT }, tenant);
    expect(await outcome(convert('doc_5', await textPdf(['1', '2', '3'])))).toBe('too_many_pages');
  });
});
