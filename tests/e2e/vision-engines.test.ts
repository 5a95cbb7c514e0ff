import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ended, getDocument, getRun, metric, readiness, sendOk, textOf } from '../support/documents-client.ts';
import { drawPage } from '../support/draw-page.ts';
import { chatCompletion, type FakeUpstream, startFakeUpstream } from '../support/fake-upstream.ts';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

const ANSWER = `# Quarterly note

<table><tr><th>Region</th><th>Sales</th></tr><tr><td>North &amp; East</td><td>1,200</td></tr></table>

$$E = mc^2$$

<script>alert('page')</script>
<img>A lighthouse.</img>
<page_number>9/22</page_number>`;

const resultSchema = z.object({
  engine: z.string(),
  model: z.string().nullable(),
  degraded: z.object({ asked: z.string(), because: z.string(), pages: z.array(z.number()) }).optional(),
  pages: z.array(
    z.looseObject({
      geometry: z.string(),
      incomplete: z.array(z.string()).optional(),
      pageNumber: z.looseObject({ number: z.number().nullable(), total: z.number().nullable() }).nullable(),
      tables: z.array(z.object({ cells: z.array(z.object({ text: z.string() })) })),
      blocks: z.array(z.object({ kind: z.string(), content: z.string().nullable() })),
    }),
  ),
});

const well: FakeUpstream['reply'] = ({ method }) => (method === 'POST' ? { body: chatCompletion(ANSWER) } : {});
const down: FakeUpstream['reply'] = () => ({ status: 502 });
const asked = (upstream: FakeUpstream): number => upstream.requests.filter(({ method }) => method === 'POST').length;

/** For one document: the first waits for a converter that starts below everything else on the machine. */
const PATIENCE_MS = 120_000;

let nanonets: FakeUpstream;
let house: FakeUpstream;
let platform: LocalPlatform;
const settings = (): Record<string, string> => ({
  RECTO_OCR_ENGINES: 'nanonets-ocr2-3b,house',
  RECTO_OCR_NANONETS_OCR2_3B_URL: nanonets.url,
  RECTO_OCR_NANONETS_OCR2_3B_TOKEN: 'a-token-of-this-test',
  RECTO_OCR_NANONETS_OCR2_3B_PRICE: '100/400',
  RECTO_OCR_HOUSE_URL: house.url,
  RECTO_OCR_HOUSE_MODEL: 'house/reader',
});
beforeAll(async () => {
  nanonets = await startFakeUpstream(well);
  house = await startFakeUpstream(({ body, method }) =>
    method === 'POST' ? { body: { ...chatCompletion('House reading'), model: JSON.parse(body).model } } : {},
  );
  platform = await startLocalPlatform(settings());
});
afterAll(async () => {
  await platform?.dispose();
  await Promise.all([nanonets.close(), house.close()]);
});

let drawn = 0;
const picture = () => drawPage([{ text: `Page ${++drawn}`, x: 40, y: 100, size: 30 }], { width: 400, height: 300 }).png;
const ocrJson = async (id: string) =>
  resultSchema.parse(await (await platform.api(`/v1/documents/${id}/artifacts/ocr.json`)).json());
const setModel = async (ocrModel: string | null): Promise<void> => {
  const answer = await platform.api('/v1/tenant', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ocrModel }),
  });
  expect(answer.status).toBe(200);
};

describe('a vision-language model as the engine', () => {
  test(
    'gives tables, equations and page numbers, in the result and in what is exported of it',
    async () => {
      const id = await sendOk(platform, 'note.png', picture());
      expect(await ended(platform, id, PATIENCE_MS)).toMatchObject({ status: 'ready' });
      const read = await ocrJson(id);
      expect(read).toMatchObject({ engine: 'nanonets-ocr2-3b', model: 'nanonets/Nanonets-OCR2-3B' });
      expect(read.degraded).toBeUndefined();
      const [page] = read.pages;
      expect(page).toMatchObject({ geometry: 'none', pageNumber: { number: 9, total: 22 } });
      expect(page?.tables[0]?.cells.map((cell) => cell.text)).toEqual(['Region', 'Sales', 'North & East', '1,200']);
      expect(page?.blocks.find(({ kind }) => kind === 'equation')?.content).toBe('E = mc^2');
      expect(page?.blocks.find(({ kind }) => kind === 'figure')?.content).toBe('A lighthouse.');

      const html = await (await platform.api(`/v1/documents/${id}/export?format=html`)).text();
      for (const shown of ['<td>North &amp; East</td>', '$$E = mc^2$$', '9/22', '&lt;script&gt;'])
        expect(html).toContain(shown);
      expect(html).not.toContain('<script>');
      const [request] = nanonets.requests.filter(({ method }) => method === 'POST');
      expect(request?.headers.authorization).toBe('Bearer a-token-of-this-test');
      expect(await metric(platform, 'recto_ocr_engine_cost_usd_total', 'engine="nanonets-ocr2-3b"')).toBeCloseTo(0.4);
      const found = await (await platform.api('/v1/search?q=Quarterly')).json();
      expect(found).toMatchObject({ items: [expect.objectContaining({ documentId: id })] });
    },
    2 * PATIENCE_MS,
  );

  test('is one of those that readyz speaks of', async () => {
    const { dependencies } = await readiness(platform);
    const names = dependencies.filter(({ name }) => name.startsWith('ocr')).map(({ name, ok }) => [name, ok]);
    expect(names).toEqual([
      ['ocr', true],
      ['ocr:nanonets-ocr2-3b', true],
      ['ocr:house', true],
    ]);
  });

  test(
    'that was cut off leaves a document that is there in part',
    async () => {
      nanonets.reply = () => ({ body: chatCompletion('Begins\n<table><tr><td>half', 'length') });
      const id = await sendOk(platform, 'long.png', picture());
      expect(await ended(platform, id, PATIENCE_MS)).toMatchObject({ status: 'partial' });
      expect((await ocrJson(id)).pages[0]?.incomplete).toEqual(['truncated']);
      expect(await textOf(platform, id)).toContain('half');
      nanonets.reply = well;
    },
    2 * PATIENCE_MS,
  );

  test(
    'is chosen by the tenant, with a model of its own',
    async () => {
      await setModel('house/house/other');
      const id = await sendOk(platform, 'house.png', picture());
      expect(await ended(platform, id, PATIENCE_MS)).toMatchObject({ status: 'ready' });
      expect(await ocrJson(id)).toMatchObject({ engine: 'house', model: 'house/other' });
    },
    2 * PATIENCE_MS,
  );
});

describe('an engine that is down', () => {
  let waiting = '';

  test(
    'is waited for: no other reads in its stead unless that was said',
    async () => {
      await setModel(null);
      nanonets.reply = down;
      const before = asked(house);
      waiting = await sendOk(platform, 'waits.png', picture());
      await eventually(
        () => metric(platform, 'recto_breaker_open', 'process="front"', 'dependency="ocr"'),
        Boolean,
        40_000,
      );
      expect((await getDocument(platform, waiting)).status).toBe('processing');
      expect(asked(house)).toBe(before);
      const { status, dependencies } = await eventually(
        () => readiness(platform),
        (seen) => seen.dependencies.some(({ name, ok }) => name === 'ocr' && !ok),
        10_000,
      );
      expect(status).toBe(200);
      expect(dependencies.find(({ name }) => name === 'ocr:house')?.ok).toBe(true);
    },
    2 * PATIENCE_MS,
  );

  test(
    'holds up nobody who reads with another one',
    async () => {
      await setModel('house');
      const id = await sendOk(platform, 'other.png', picture());
      expect(await ended(platform, id, PATIENCE_MS)).toMatchObject({ status: 'ready' });
      expect((await ocrJson(id)).engine).toBe('house');
      await setModel(null);
    },
    2 * PATIENCE_MS,
  );

  test(
    'and comes back finds its work there, whole',
    async () => {
      nanonets.reply = well;
      const document = await ended(platform, waiting, PATIENCE_MS);
      expect(document).toMatchObject({ status: 'ready', error: null });
      const read = await ocrJson(waiting);
      expect([read.engine, read.degraded]).toEqual(['nanonets-ocr2-3b', undefined]);
      expect(await (await platform.api('/v1/dead-letters')).json()).toMatchObject({ items: [] });
    },
    2 * PATIENCE_MS,
  );

  test(
    'is stood in for by the next when that was said, and every result says so',
    async () => {
      await platform.stop();
      await platform.restart({ RECTO_OCR_FAILOVER: 'ordered' });
      nanonets.reply = down;
      const id = await sendOk(platform, 'stands-in.png', picture());
      const document = await ended(platform, id, PATIENCE_MS);
      expect(document).toMatchObject({ status: 'ready' });
      const degraded = { asked: 'nanonets-ocr2-3b', because: 'dependency_unavailable' };
      expect(await ocrJson(id)).toMatchObject({
        engine: 'house',
        model: 'house/reader',
        degraded: { ...degraded, pages: [1] },
      });
      expect(await getRun(platform, document.runId ?? '')).toMatchObject({ status: 'succeeded' });
      const run: unknown = await (await platform.api(`/v1/runs/${document.runId}`)).json();
      expect(run).toMatchObject({
        steps: expect.arrayContaining([expect.objectContaining({ kind: 'ocr', degraded: { ...degraded, pages: 1 } })]),
      });

      const form = new FormData();
      form.set('file', new Blob([Uint8Array.from(picture())]), 'now.png');
      const answer = await platform.api('/v1/ocr', { method: 'POST', body: form });
      expect(await answer.json()).toMatchObject({ engine: 'house', degraded: { ...degraded, pages: [1] } });
    },
    2 * PATIENCE_MS,
  );
});
