import { describe, expect, it } from 'vitest';
import { generatedPages } from './generated-pages.ts';
import { UNWORN } from './wear.ts';

describe('generated pages', () => {
  it('are the same for the same seed and others for another', () => {
    const texts = (seed: number) =>
      generatedPages(3, seed).map((page) => page.truth.map((word) => word.text).join(' '));
    expect(texts(1)).toEqual(texts(1));
    expect(texts(1)).not.toEqual(texts(2));
  });

  it('hold every kind, with ink inside the boxes of the words and paper outside', () => {
    const pages = generatedPages(3, 5, { wear: UNWORN, width: 800 });
    expect(pages.map((page) => page.kind)).toEqual(['receipt', 'form', 'prose']);
    for (const { raster, truth } of pages) {
      expect(truth.length).toBeGreaterThan(20);
      const [first] = raster.data;
      for (const { box } of truth) {
        const [x0, y0, x1, y1] = box.map(Math.round) as [number, number, number, number];
        let ink = false;
        for (let y = Math.max(0, y0); y < Math.min(raster.height, y1); y++)
          for (let x = Math.max(0, x0); x < Math.min(raster.width, x1); x++)
            if ((raster.data[(y * raster.width + x) * 4] ?? 255) < (first ?? 255) - 40) ink = true;
        expect(ink).toBe(true);
      }
    }
  });

  it('keep the boxes with the words when the sheet lies aslant', () => {
    const of = (slant: number) => generatedPages(1, 3, { width: 600, wear: { ...UNWORN, slant } })[0]?.truth[0]?.box;
    expect(of(2)?.[1]).not.toBeCloseTo(of(0)?.[1] ?? 0, 0);
  });
});
