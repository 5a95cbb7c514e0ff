import { expect, it } from 'vitest';
import { pageSchema } from '#shared/domain/page.ts';
import type { Inference } from '#shared/ports/inference.ts';
import { drawPage, pngHeader } from '#tests/support/draw-page.ts';

const png = (image: Uint8Array, number = 1) => ({ number, image, mediaType: 'image/png', dpi: 150 });
const drawn = (text: string) => drawPage([{ text, x: 40, y: 90, size: 40 }], { width: 500, height: 160 }).png;
const coded = (code: string) => expect.objectContaining({ code });

/** What every adapter of `Inference` does. `capacity` is the most pages that the service behind it holds at once. */
export function inferenceContract(make: () => { inference: Inference; capacity: number }): void {
  it('reads pages, answers in their order and numbers them as given', async () => {
    const { inference } = make();
    const { pages, engine, model } = await inference.ocr({
      pages: [png(drawn('Seventh page'), 7), png(drawn('Third page'), 3)],
    });
    expect(pages.map((page) => [page.number, page.dpi, page.lines[0]?.text])).toEqual([
      [7, 150, 'Seventh page'],
      [3, 150, 'Third page'],
    ]);
    expect(pages.every((page) => pageSchema.safeParse(page).success)).toBe(true);
    expect([engine, model].every((name) => name.length > 0)).toBe(true);
  });

  it('finds nothing on a blank page', async () => {
    const { pages } = await make().inference.ocr({ pages: [png(drawPage([]).png)] });
    expect(pages[0]).toMatchObject({ source: 'ocr', words: [] });
  });

  it('says of an image that cannot be decoded that it is damaged, cut off or no image', async () => {
    const { inference } = make();
    const whole = drawn('Damaged');
    const damaged = whole.map((byte, at) => (at >= 200 && at < 220 ? byte ^ 0x55 : byte));
    await expect(inference.ocr({ pages: [png(damaged)] })).rejects.toEqual(coded('file_corrupt'));
    await expect(inference.ocr({ pages: [png(whole.slice(0, 300))] })).rejects.toEqual(coded('file_truncated'));
    await expect(inference.ocr({ pages: [png(new Uint8Array([1, 2, 3]))] })).rejects.toEqual(
      coded('unsupported_media_type'),
    );
  });

  it('refuses an image by the size in its header', async () => {
    await expect(make().inference.ocr({ pages: [png(pngHeader(50_000, 50_000))] })).rejects.toEqual(
      coded('too_many_pixels'),
    );
  });

  it('refuses a model that there is not', async () => {
    await expect(make().inference.ocr({ pages: [png(drawn('Any'))], model: 'no-such-model' })).rejects.toEqual(
      coded('invalid_request'),
    );
  });

  it('is overloaded, with the time to come again, when more pages come than it holds', async () => {
    const { inference, capacity } = make();
    const pages = Array.from({ length: capacity + 1 }, (_, index) => png(drawn('Many'), index + 1));
    await expect(inference.ocr({ pages })).rejects.toEqual(
      expect.objectContaining({ code: 'overloaded', class: 'transient', retryAfter: expect.any(Number) }),
    );
  });

  it('stops with the reason of the signal', async () => {
    const { inference } = make();
    await expect(inference.ocr({ pages: [png(drawn('Late'))], signal: AbortSignal.abort('enough') })).rejects.toBe(
      'enough',
    );
    const caller = new AbortController();
    const answer = inference.ocr({ pages: [png(drawn('Gone')), png(drawn('Gone'), 2)], signal: caller.signal });
    setImmediate(() => caller.abort('left'));
    await expect(answer).rejects.toBe('left');
  });

  it('is ready', async () => {
    await expect(make().inference.ready()).resolves.toBeUndefined();
  });
}
