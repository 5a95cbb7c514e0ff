import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OCR_FRAME_TYPE, ocrAnswerSchema, ocrFrame } from '#shared/domain/ocr-wire.ts';
import type { Page } from '#shared/domain/page.ts';
import { type DrawnPage, drawPage, pngHeader } from '#tests/support/draw-page.ts';
import { isReady, type RunningService, startOcrService, until } from '#tests/support/ocr-service.ts';

const LINES = [
  { text: 'Quarterly report of the harbour', x: 60, y: 90, size: 34 },
  { text: 'Ships arrived 128 and left 131', x: 60, y: 170, size: 26 },
  { text: 'Total 4,711.50 EUR', x: 60, y: 240, size: 26 },
  { text: 'Signed by the harbour master', x: 60, y: 310, size: 26 },
];

let service: RunningService;
let readyAtStart: boolean;

beforeAll(async () => {
  service = await startOcrService({
    OCR_QUEUE_PAGES: '4',
    OCR_MAX_PIXELS: '4000000',
    OCR_MAX_BODY_BYTES: '2000000',
  });
  readyAtStart = await isReady(service.url);
  await until(() => isReady(service.url), 40_000);
});
afterAll(async () => {
  service.process.kill('SIGKILL');
  await service.exited;
});

const postImage = (bytes: Uint8Array, query = ''): Promise<Response> =>
  fetch(`${service.url}/v1/ocr${query}`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: new Uint8Array(bytes),
  });
const postFrame = (images: readonly Uint8Array[], signal?: AbortSignal): Promise<Response> => {
  const pages = images.map((image, index) => ({
    number: index + 1,
    mediaType: 'image/png',
    dpi: 200,
    size: image.length,
  }));
  const body = Buffer.concat(ocrFrame({ model: null, pages }, images));
  return fetch(`${service.url}/v1/ocr`, {
    method: 'POST',
    headers: { 'content-type': OCR_FRAME_TYPE },
    body,
    ...(signal === undefined ? {} : { signal }),
  });
};
const pageOf = async (response: Response): Promise<Page> => {
  expect(response.status).toBe(200);
  const page = ocrAnswerSchema.parse(await response.json()).pages[0];
  if (page === undefined) throw new Error('no page');
  return page;
};
const problem = async (response: Response): Promise<unknown> => {
  const { code } = z.object({ code: z.string() }).parse(await response.json());
  return { status: response.status, code };
};

function expectWords(page: Page, drawn: DrawnPage, tolerance: number): void {
  expect(page.words.map((word) => word.text)).toEqual(drawn.words.map((word) => word.text));
  page.words.forEach((word, index) => {
    expect(word.confidence).toBeGreaterThan(0.75);
    word.box.forEach((value, side) => {
      expect(Math.abs(value - (drawn.words[index]?.box[side] ?? Number.NaN)), `${word.text} side ${side}`).toBeLessThan(
        tolerance,
      );
    });
  });
}

describe('the OCR service', () => {
  it('is not ready before its models are loaded', () => {
    expect(readyAtStart).toBe(false);
  });

  it('reads words in order, with their boxes and confidences', async () => {
    const drawn = drawPage(LINES);
    const page = await pageOf(await postImage(drawn.png, '?dpi=150'));
    expect(page).toMatchObject({ number: 1, width: 800, height: 500, dpi: 150, source: 'ocr' });
    expect(page.lines.map((line) => line.text)).toEqual(LINES.map((line) => line.text));
    expectWords(page, drawn, 14);
  });

  it.each([90, 180, 270] as const)(
    'reads a page that was turned by %i degrees, boxes in the image as it came',
    async (turn) => {
      const drawn = drawPage(LINES, { turn });
      const page = await pageOf(await postImage(drawn.png));
      expect([page.width, page.height]).toEqual([drawn.width, drawn.height]);
      expectWords(page, drawn, 14);
    },
  );

  it('finds no words on a blank page', async () => {
    const page = await pageOf(await postImage(drawPage([]).png));
    expect(page).toMatchObject({ words: [], lines: [], blocks: [], tables: [] });
  });

  it('answers pages of one request in their order', async () => {
    const first = drawPage([{ text: 'First page', x: 40, y: 80, size: 40 }], { width: 400, height: 160 });
    const second = drawPage([{ text: 'Second page', x: 40, y: 80, size: 40 }], { width: 400, height: 160 });
    const answer = ocrAnswerSchema.parse(await (await postFrame([first.png, second.png])).json());
    expect(answer.pages.map((page) => [page.number, page.lines[0]?.text])).toEqual([
      [1, 'First page'],
      [2, 'Second page'],
    ]);
    expect(answer.engine).toBe('recto-ppocr');
    expect(answer.model).toContain('rec');
  });

  it('refuses what is no image, with a code that says so', async () => {
    const whole = drawPage(LINES).png;
    const text = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    expect(await problem(await postImage(text))).toEqual({ status: 415, code: 'unsupported_media_type' });
    expect(await problem(await postImage(new Uint8Array()))).toEqual({ status: 422, code: 'file_empty' });
    const half = whole.slice(0, whole.length / 2);
    expect(await problem(await postImage(half))).toEqual({ status: 422, code: 'file_truncated' });
    const damaged = whole.map((byte, at) => (at >= 200 && at < 220 ? byte ^ 0x55 : byte));
    expect(await problem(await postImage(damaged))).toEqual({ status: 422, code: 'file_corrupt' });
    expect(await problem(await postImage(whole, '?model=none'))).toEqual({ status: 400, code: 'invalid_request' });
  });

  it('tells too many pixels from the header and too many bytes while they arrive', async () => {
    expect(await problem(await postImage(pngHeader(50_000, 50_000)))).toEqual({ status: 422, code: 'too_many_pixels' });
    expect(await problem(await postImage(new Uint8Array(2_000_001)))).toEqual({ status: 413, code: 'body_too_large' });
  });

  it('refuses a frame that is cut off', async () => {
    const body = Buffer.concat(
      ocrFrame({ model: null, pages: [{ number: 1, mediaType: 'image/png', dpi: 200, size: 10 }] }, [
        new Uint8Array(9),
      ]),
    );
    const response = await fetch(`${service.url}/v1/ocr`, {
      method: 'POST',
      headers: { 'content-type': OCR_FRAME_TYPE },
      body,
    });
    expect(await problem(response)).toEqual({ status: 400, code: 'invalid_request' });
  });

  it('refuses more pages than its queue holds, and says when to come again', async () => {
    const small = drawPage([], { width: 64, height: 64 }).png;
    const response = await postFrame(Array.from({ length: 6 }, () => small));
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problem(response)).toEqual({ status: 429, code: 'overloaded' });
  });

  it('gives up the pages of a caller that went away', async () => {
    const drawn = drawPage(LINES).png;
    const gone = new AbortController();
    const answer = postFrame([drawn, drawn, drawn, drawn], gone.signal);
    await until(async () => /recto_ocr_queue_pages [1-9]/.test(await (await fetch(`${service.url}/metrics`)).text()));
    gone.abort();
    await expect(answer).rejects.toThrow();
    await until(async () => {
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      return (
        /recto_ocr_queue_pages 0/.test(metrics) &&
        /recto_ocr_busy_workers 0/.test(metrics) &&
        /recto_ocr_pages_total\{outcome="cancelled"\} 4/.test(metrics)
      );
    });
  });

  it('finishes what is under way on SIGTERM, then ends', async () => {
    const other = await startOcrService();
    await until(() => isReady(other.url), 40_000);
    const answer = fetch(`${other.url}/v1/ocr`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array(drawPage(LINES).png),
    });
    await until(async () => /recto_ocr_busy_workers 1/.test(await (await fetch(`${other.url}/metrics`)).text()));
    other.process.kill('SIGTERM');
    expect((await pageOf(await answer)).lines).toHaveLength(LINES.length);
    expect(await other.exited).toBe(0);
  });

  it('reads a request whose page was still arriving at SIGTERM', async () => {
    const other = await startOcrService();
    await until(() => isReady(other.url), 40_000);
    const image = drawPage(LINES).png;
    const half = Promise.withResolvers<void>();
    const rest = Promise.withResolvers<void>();
    const body = new ReadableStream({
      start: async (stream) => {
        stream.enqueue(image.slice(0, 1000));
        half.resolve();
        await rest.promise;
        stream.enqueue(image.slice(1000));
        stream.close();
      },
    });
    const headers = { 'content-type': 'image/png' };
    const answer = fetch(`${other.url}/v1/ocr`, { method: 'POST', headers, body, duplex: 'half' });
    await half.promise;
    // Answered after it: the half page has arrived.
    await isReady(other.url);
    other.process.kill('SIGTERM');
    const signalled = Date.now();
    await until(async () => (await fetch(`${other.url}/readyz`).catch(() => null)) === null);
    // Longer than answers that are on their way take: the caller is slow.
    await until(() => Date.now() - signalled > 2500);
    rest.resolve();
    expect((await pageOf(await answer)).lines).toHaveLength(LINES.length);
    expect(await other.exited).toBe(0);
  });
});
