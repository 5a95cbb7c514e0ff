import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Inference } from '#shared/ports/inference.ts';
import { drawPage, pngHeader } from '#tests/support/draw-page.ts';
import { chatCompletion, type FakeUpstream, startFakeUpstream, vllmError } from '#tests/support/fake-upstream.ts';
import { visionPreset } from './nanonets.ts';
import { createOpenAiChat, type OpenAiChatOptions } from './openai-chat.ts';
import { fixedToken } from './token-source.ts';

const TOKEN = 'a-token-that-nobody-may-see-0123456789';
const drawn = drawPage([], { width: 300, height: 200 }).png;
const page = (number = 1, image = drawn) => ({ number, image, mediaType: 'image/png', dpi: 200 });
const sent = z.object({
  messages: z.array(z.object({ content: z.array(z.looseObject({ type: z.string() })) })),
});

let server: FakeUpstream;
let engine: Inference;
const make = (over: Partial<OpenAiChatOptions> = {}) =>
  createOpenAiChat({
    engine: 'nanonets-ocr2-3b',
    url: `${server.url}/v1/`,
    preset: visionPreset('nanonets-ocr2-3b', null),
    token: fixedToken(TOKEN),
    price: { input: 1, output: 4 },
    ...over,
  });

beforeEach(async () => {
  server = await startFakeUpstream(() => ({ body: chatCompletion('# Title\n\n<page_number>2</page_number>') }));
  engine = make();
});
afterEach(() => server.close());

const failure = (over: Partial<OpenAiChatOptions> = {}) =>
  make(over)
    .ocr({ pages: [page()] })
    .then(
      () => null,
      (error: unknown) => error,
    );

describe('a vision-language model behind an OpenAI-compatible endpoint', () => {
  it('is asked as its card says, and its answer is a page without places', async () => {
    const reading = await engine.ocr({ pages: [page(7)] });
    expect(reading).toMatchObject({
      engine: 'nanonets-ocr2-3b',
      model: 'nanonets/Nanonets-OCR2-3B',
      usage: { inputTokens: 2000, outputTokens: 500, costUsd: 0.004 },
      pages: [{ number: 7, width: 300, height: 200, dpi: 200, geometry: 'none', pageNumber: { number: 2 } }],
    });
    const [request] = server.requests;
    expect([request?.method, request?.path, request?.headers.authorization]).toEqual([
      'POST',
      '/v1/chat/completions',
      `Bearer ${TOKEN}`,
    ]);
    const body = JSON.parse(request?.body ?? '');
    expect(body).toMatchObject({ model: 'nanonets/Nanonets-OCR2-3B', temperature: 0, max_tokens: 15_000 });
    const [image, text] = sent.parse(body).messages[0]?.content ?? [];
    expect(image).toEqual({
      type: 'image_url',
      image_url: { url: `data:image/png;base64,${Buffer.from(drawn).toString('base64')}` },
    });
    expect(text?.text).toMatch(/^Extract the text from the above document .* Prefer using ☐ and ☑ for check boxes\.$/);
  });

  it('reads several pages, in order, and another model of the server when it is asked for', async () => {
    server.reply = ({ body }) => ({ body: { ...chatCompletion('x'), model: JSON.parse(body).model } });
    const reading = await engine.ocr({ pages: [3, 1, 2, 9, 8].map((number) => page(number)), model: 'other/model' });
    expect(reading.pages.map((one) => one.number)).toEqual([3, 1, 2, 9, 8]);
    expect(reading.model).toBe('other/model');
  });

  it('says of a page that was cut off at the token limit that it was', async () => {
    server.reply = () => ({ body: chatCompletion('<table><tr><td>A</td><td', 'length') });
    const { pages } = await engine.ocr({ pages: [page()] });
    expect(pages[0]).toMatchObject({ incomplete: ['truncated'], tables: [{ cells: [{ text: 'A' }] }] });
  });

  it('takes noise for a failure of the model', async () => {
    server.reply = () => ({ body: chatCompletion('!'.repeat(3000), 'length') });
    expect(await failure()).toMatchObject({ code: 'worker_crashed' });
  });

  it.each([
    ['too many requests', { status: 429, headers: { 'retry-after': '7' } }, 'overloaded', 7],
    ['too many requests without a time', { status: 429 }, 'overloaded', 10],
    ['no instance for now', { status: 503, headers: { 'retry-after': '3' } }, 'overloaded', 3],
    ['no instance', { status: 503 }, 'dependency_unavailable', undefined],
    ['a crash', { status: 500, body: 'Internal Server Error' }, 'dependency_unavailable', undefined],
    ['a wrong token', { status: 401, body: { error: 'Unauthorized' } }, 'dependency_unavailable', undefined],
    [
      'an unknown model',
      { status: 404, body: vllmError(404, 'The model `x` does not exist.') },
      'dependency_unavailable',
      undefined,
    ],
    [
      'a refusal',
      { status: 400, body: vllmError(400, 'temperature must be non-negative') },
      'invalid_request',
      undefined,
    ],
    [
      'a page that is too large',
      { status: 400, body: vllmError(400, "This model's maximum context length is 32768 tokens.") },
      'too_many_pixels',
      undefined,
    ],
    ['a body that is too large', { status: 413 }, 'too_many_pixels', undefined],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:9/' } }, 'dependency_unavailable', undefined],
    ['something that is no JSON', { body: '<html>proxy</html>' }, 'dependency_unavailable', undefined],
    ['something else', { body: { choices: [] } }, 'dependency_unavailable', undefined],
    ['half an answer', { body: chatCompletion('long'), cutAt: 40 }, 'dependency_unavailable', undefined],
  ])('gives the right error for %s', async (_name, reply, code, retryAfter) => {
    server.reply = () => reply;
    expect(await failure()).toMatchObject({ code, retryAfter });
  });

  it('waits no longer than its time, and holds no more than its bounds', async () => {
    server.reply = () => ({ hang: true });
    expect(await failure({ timeoutMs: 100 })).toMatchObject({
      code: 'dependency_unavailable',
      message: expect.stringContaining('did not answer within 100 ms'),
    });
    server.reply = () => ({ body: chatCompletion('x'.repeat(9_000_000)) });
    expect(await failure()).toMatchObject({
      code: 'dependency_unavailable',
      message: expect.stringContaining('bytes'),
    });
    expect(await failure({ maxImageBytes: 10 })).toMatchObject({ code: 'too_many_pixels' });
  });

  it('repeats what the server said in short, and never a secret or the page', async () => {
    const echo = `bad ${TOKEN} data:image/png;base64,${'QUJD'.repeat(50)} Authorization: Bearer abc.def ${'words '.repeat(100)}`;
    server.reply = () => ({ status: 400, body: vllmError(400, echo) });
    const error = await failure();
    expect(error).toBeInstanceOf(Error);
    const { message } = error instanceof Error ? error : new Error();
    expect(message).toContain('bad');
    expect(message.length).toBeLessThan(320);
    for (const secret of [TOKEN, 'QUJD', 'abc.def']) expect(message).not.toContain(secret);
  });

  it('stops with the reason of the signal', async () => {
    server.reply = () => ({ hang: true });
    const caller = new AbortController();
    const answer = engine.ocr({ pages: [page(), page(2)], signal: caller.signal });
    setTimeout(() => caller.abort('left'), 20);
    await expect(answer).rejects.toBe('left');
  });

  it('takes PNG and JPEG, by their bytes', async () => {
    const ask = (image: Uint8Array) => engine.ocr({ pages: [page(1, image)] });
    const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b0800c8012c01011100ffd9', 'hex');
    expect((await ask(jpeg)).pages[0]).toMatchObject({ width: 300, height: 200 });
    expect(server.requests.at(-1)?.body).toContain('data:image/jpeg;base64,');
    await expect(ask(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'unsupported_media_type' });
    await expect(ask(jpeg.subarray(0, 20))).rejects.toMatchObject({ code: 'file_truncated' });
    await expect(ask(drawn.slice(0, 20))).rejects.toMatchObject({ code: 'file_truncated' });
    await expect(ask(pngHeader(0, 10))).rejects.toMatchObject({ code: 'file_corrupt' });
  });

  it('is ready when its server is, whatever that says of health', async () => {
    await expect(engine.ready()).resolves.toBeUndefined();
    server.reply = () => ({ status: 404 });
    await expect(engine.ready()).resolves.toBeUndefined();
    server.reply = () => ({ status: 503 });
    await expect(engine.ready()).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await server.close();
    await expect(engine.ready()).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });
});
