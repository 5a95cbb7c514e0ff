import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageSchema } from '#shared/domain/page.ts';
import type { Inference } from '#shared/ports/inference.ts';
import { drawPage } from '#tests/support/draw-page.ts';
import { type FakeUpstream, startFakeUpstream } from '#tests/support/fake-upstream.ts';
import { createDocumentAi } from './document-ai.ts';
import { fixedToken } from './token-source.ts';

const WIDTH = 1000;
const HEIGHT = 500;
const PROCESSOR = '/v1/projects/acme/locations/eu/processors/f00d';
const drawn = drawPage([], { width: WIDTH, height: HEIGHT }).png;
const page = (number = 1) => ({ number, image: drawn, mediaType: 'image/png', dpi: 200 });

/** As protocol buffers write it: what is 0 is left out, 64-bit numbers are strings. */
const poly = (x0: number, y0: number, x1: number, y1: number) => ({
  normalizedVertices: [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ].map(([x = 0, y = 0]) => ({ ...(x === 0 ? {} : { x }), ...(y === 0 ? {} : { y }) })),
});

const TEXT = '😀 Total: $12.50\nItem Price\nTea 12.50\n☑\n';
const characters = Array.from(TEXT);
const at = (text: string, from = 0): number => Array.from(TEXT.slice(0, TEXT.indexOf(text, from))).length;
function layoutOf(text: string, box: [number, number, number, number], from = 0) {
  const start = at(text, from);
  return {
    textAnchor: {
      textSegments: [
        { ...(start === 0 ? {} : { startIndex: String(start) }), endIndex: String(start + Array.from(text).length) },
      ],
    },
    confidence: 0.97,
    boundingPoly: poly(...box),
    orientation: 'PAGE_UP',
  };
}
const second = TEXT.indexOf('Tea');
const token = (text: string, box: [number, number, number, number], type?: 'SPACE', from = 0) => ({
  layout: layoutOf(text, box, from),
  ...(type === undefined ? {} : { detectedBreak: { type } }),
});

const ANSWER = {
  document: {
    text: TEXT,
    pages: [
      {
        dimension: { width: 2000, height: 1000, unit: 'pixels' },
        tokens: [
          token('😀 ', [0, 0, 0.05, 0.04], 'SPACE'),
          token('Total', [0.1, 0, 0.2, 0.04]),
          token(': ', [0.2, 0, 0.21, 0.04], 'SPACE'),
          token('$', [0.3, 0, 0.31, 0.04]),
          token('12.50\n', [0.31, 0, 0.4, 0.04], 'SPACE'),
          token('Item ', [0.1, 0.2, 0.2, 0.24], 'SPACE'),
          token('Price\n', [0.3, 0.2, 0.4, 0.24], 'SPACE'),
          token('Tea ', [0.1, 0.3, 0.2, 0.34], 'SPACE', second),
          token('12.50\n', [0.3, 0.3, 0.4, 0.34], 'SPACE', second),
        ],
        tables: [
          {
            layout: { boundingPoly: poly(0.1, 0.2, 0.4, 0.34) },
            headerRows: [
              {
                cells: [
                  { layout: layoutOf('Item ', [0.1, 0.2, 0.2, 0.24]), rowSpan: 1, colSpan: 1 },
                  { layout: layoutOf('Price\n', [0.3, 0.2, 0.4, 0.24]), rowSpan: 1, colSpan: 1 },
                ],
              },
            ],
            bodyRows: [{ cells: [{ layout: layoutOf('Tea 12.50\n', [0.1, 0.3, 0.4, 0.34]), rowSpan: 1, colSpan: 2 }] }],
          },
        ],
        visualElements: [{ layout: { boundingPoly: poly(0.5, 0.5, 0.52, 0.54) }, type: 'filled_checkbox' }],
        formFields: [
          { fieldValue: { boundingPoly: poly(0.5, 0.5, 0.52, 0.54) }, valueType: 'filled_checkbox' },
          { fieldValue: { boundingPoly: poly(0.7, 0.5, 0.72, 0.54) }, valueType: 'unfilled_checkbox' },
          { fieldValue: { boundingPoly: poly(0.1, 0.5, 0.2, 0.54) } },
        ],
      },
    ],
  },
};

let server: FakeUpstream;
let engine: Inference;
const make = (model: string | null = null) =>
  createDocumentAi({
    engine: 'document-ai',
    url: `${server.url}${PROCESSOR}`,
    model,
    token: fixedToken('ya29.token'),
    price: 1.5,
  });
beforeEach(async () => {
  server = await startFakeUpstream(() => ({ body: ANSWER }));
  engine = make();
});
afterEach(() => server.close());

describe('Google Document AI', () => {
  it('gets the raw page, with a mask that leaves its picture out of the answer', async () => {
    const reading = await make('pretrained-ocr-v2.0-2023-06-02').ocr({ pages: [page()] });
    const [request] = server.requests;
    expect(request?.path).toBe(`${PROCESSOR}/processorVersions/pretrained-ocr-v2.0-2023-06-02:process`);
    expect(request?.headers.authorization).toBe('Bearer ya29.token');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      rawDocument: { content: Buffer.from(drawn).toString('base64'), mimeType: 'image/png' },
      skipHumanReview: true,
      fieldMask: expect.stringContaining('pages.tokens'),
    });
    expect(reading).toMatchObject({
      engine: 'document-ai',
      model: 'pretrained-ocr-v2.0-2023-06-02',
      usage: { costUsd: 0.0015 },
    });
    expect((await engine.ocr({ pages: [page()] })).model).toBe('processors/f00d (default version)');
  });

  it('gives words with measured boxes, put together where Google parts them', async () => {
    const { pages } = await engine.ocr({ pages: [page(4)] });
    const [read] = pages;
    expect(pageSchema.parse(read)).toEqual(read);
    expect(read).toMatchObject({ number: 4, width: WIDTH, height: HEIGHT, geometry: 'measured', source: 'ocr' });
    expect(characters[0]).toBe('😀');
    expect(read?.words.map((word) => word.text)).toEqual(['😀', 'Total:', '$12.50', 'Item', 'Price', 'Tea', '12.50']);
    expect(read?.words[2]?.box.map(Math.round)).toEqual([300, 0, 400, 20]);
  });

  it('takes over tables with spans and check boxes', async () => {
    const { pages } = await engine.ocr({ pages: [page()] });
    expect(pages[0]?.tables).toHaveLength(1);
    expect(pages[0]?.tables[0]).toMatchObject({ rows: 2, columns: 2, header: 0 });
    expect(pages[0]?.tables[0]?.cells.map((cell) => [cell.row, cell.column, cell.columnSpan, cell.text])).toEqual([
      [0, 0, 1, 'Item'],
      [0, 1, 1, 'Price'],
      [1, 0, 2, 'Tea 12.50'],
    ]);
    expect(pages[0]?.checkboxes.map((box) => [box.state, Math.round(box.box[0])])).toEqual([
      ['checked', 500],
      ['unchecked', 700],
    ]);
  });

  it('claims no place on a page that Google turned before it read it', async () => {
    const [only] = ANSWER.document.pages;
    const transforms = [{ rows: 2, cols: 3, type: 6, data: 'AAAA' }];
    for (const over of [{ transforms }, { dimension: { width: 1000, height: 2000 } }]) {
      server.reply = () => ({ body: { document: { text: TEXT, pages: [{ ...only, ...over }] } } });
      const { pages } = await engine.ocr({ pages: [page()] });
      expect(pages[0]).toMatchObject({ geometry: 'none', words: expect.arrayContaining([]) });
      expect(new Set(pages[0]?.words.map((word) => word.box.join()))).toEqual(new Set([`0,0,${WIDTH},${HEIGHT}`]));
    }
  });

  it('finds nothing on a blank page', async () => {
    for (const document of [{}, { text: '', pages: [{ pageNumber: 1 }] }]) {
      server.reply = () => ({ body: { document } });
      expect((await engine.ocr({ pages: [page()] })).pages[0]).toMatchObject({ words: [], tables: [], checkboxes: [] });
    }
  });

  it.each([
    [
      'quota',
      { status: 429, body: { error: { code: 429, message: 'Quota', status: 'RESOURCE_EXHAUSTED' } } },
      'overloaded',
    ],
    ['an outage', { status: 503, body: { error: { code: 503, status: 'UNAVAILABLE' } } }, 'dependency_unavailable'],
    ['a missing right', { status: 403, body: { error: { code: 403, message: 'no' } } }, 'dependency_unavailable'],
    [
      'a refusal',
      { status: 400, body: { error: { code: 400, message: 'Invalid', status: 'INVALID_ARGUMENT' } } },
      'invalid_request',
    ],
    ['a page it cannot read', { body: { document: { error: { code: 3, message: 'corrupt' } } } }, 'file_corrupt'],
    [
      'a fault of its own',
      { body: { document: { error: { code: 13, message: 'internal' } } } },
      'dependency_unavailable',
    ],
    ['another shape', { body: { document: { pages: [{ tokens: [{}] }] } } }, 'dependency_unavailable'],
    ['half an answer', { body: ANSWER, cutAt: 100 }, 'dependency_unavailable'],
  ])('gives the right error for %s', async (_name, reply, code) => {
    server.reply = () => reply;
    await expect(engine.ocr({ pages: [page()] })).rejects.toMatchObject({ code });
  });

  it('is ready when Google answers at all', async () => {
    server.reply = () => ({ status: 404 });
    await expect(engine.ready()).resolves.toBeUndefined();
    await server.close();
    await expect(engine.ready()).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });
});
