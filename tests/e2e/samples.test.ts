import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { freePort, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

const root = path.resolve(import.meta.dirname, '../..');
const expectedSchema = z.record(
  z.string(),
  z.object({
    words: z.array(z.string()),
    documentType: z.string(),
    fields: z.record(z.string(), z.string()),
    secrets: z.array(z.string()),
    pages: z.number(),
    source: z.enum(['textLayer', 'ocr']),
  }),
);
const expected = expectedSchema.parse(JSON.parse(readFileSync(path.join(root, 'samples/expected.json'), 'utf8')));
const listSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      filename: z.string(),
      status: z.string(),
      documentType: z.string().nullable(),
      pages: z.object({ total: z.number(), ocr: z.number(), textLayer: z.number(), failed: z.number() }).nullable(),
    }),
  ),
});
const fieldsSchema = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      value: z.union([z.string(), z.number(), z.boolean(), z.object({ amount: z.string() })]),
    }),
  ),
});

const dataDir = mkdtempSync(path.join(tmpdir(), 'recto-samples-'));

/** `npm start -- --once`, as a user types it, without the setup. */
async function firstRun(): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, ['functions/local.ts', '--once'], {
    cwd: root,
    env: { ...process.env, PORT: String(await freePort()), RECTO_DATA_DIR: dataDir, RECTO_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, printed };
}

const squeezed = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, '');

describe('the samples that come with the repository', () => {
  let first: { code: number | null; printed: string };
  let platform: LocalPlatform;
  let documents: z.infer<typeof listSchema>['items'];

  const artifact = async (file: string, name: string): Promise<string> => {
    const id = documents.find((document) => document.filename === file)?.id;
    const answer = await platform.api(`/v1/documents/${id}/artifacts/${name}`);
    expect(answer.status, `${file} ${name}`).toBe(200);
    return answer.text();
  };

  beforeAll(async () => {
    first = await firstRun();
    platform = await startLocalPlatform({}, dataDir);
    documents = listSchema.parse(await (await platform.api('/v1/documents?pageSize=200')).json()).items;
  }, 240_000);
  afterAll(async () => {
    await platform?.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('are all processed by the first start, which says so and where to look next', () => {
    expect(first.code, first.printed).toBe(0);
    for (const file of Object.keys(expected)) expect(first.printed).toMatch(new RegExp(`^${file}.* ready$`, 'm'));
    expect(first.printed).toContain('Where to look next');
    expect(first.printed).toContain('/v1/search?q=');
  });

  test('survive a restart, once each', () => {
    expect(documents.map(({ filename }) => filename).sort()).toEqual(Object.keys(expected).sort());
  });

  test.each(Object.entries(expected))('%s gives its text, its type and its fields', async (file, wanted) => {
    const document = documents.find(({ filename }) => filename === file);
    expect(document).toMatchObject({ status: 'ready', documentType: wanted.documentType });
    expect(document?.pages).toMatchObject({ total: wanted.pages, [wanted.source]: wanted.pages, failed: 0 });
    const text = squeezed(await artifact(file, 'text'));
    for (const words of wanted.words) expect(text).toContain(squeezed(words));
    const found = fieldsSchema.parse(JSON.parse(await artifact(file, 'fields.json'))).fields;
    for (const [name, value] of Object.entries(wanted.fields)) {
      const values = found
        .filter((field) => field.name === name)
        .map((field) => (typeof field.value === 'object' ? field.value.amount : String(field.value)));
      expect(values, name).toContain(value);
    }
  });

  test.each(Object.entries(expected))('%s keeps its secrets to itself in what is redacted', async (file, wanted) => {
    for (const name of ['redacted.txt', 'redacted.json']) {
      const text = squeezed(await artifact(file, name));
      for (const secret of wanted.secrets) expect(text, name).not.toContain(squeezed(secret));
    }
  });

  test('are not processed again by a later start', async () => {
    await platform.stop();
    const again = await firstRun();
    expect(again.code, again.printed).toBe(0);
    await platform.restart();
    const listed = listSchema.parse(await (await platform.api('/v1/documents?pageSize=200')).json()).items;
    expect(listed.map(({ id }) => id).sort()).toEqual(documents.map(({ id }) => id).sort());
  }, 120_000);
});
