import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ocrFrame, parseOcrFrame } from './ocr-wire.ts';

const images = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 });
const headerFor = (of: readonly Uint8Array[]) => ({
  model: null,
  pages: of.map((image, index) => ({ number: index + 1, mediaType: 'image/png', dpi: 200, size: image.length })),
});

describe('a frame of pages', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(images, (given) => {
        const header = headerFor(given);
        const parsed = parseOcrFrame(Buffer.concat(ocrFrame(header, given)));
        expect(parsed?.header).toEqual(header);
        expect(parsed?.images.map((image) => [...image])).toEqual(given.map((image) => [...image]));
      }),
    );
  });

  it('is refused when it is not whole, and when it is anything else', () => {
    fc.assert(
      fc.property(images, fc.nat(), (given, cut) => {
        const frame = Buffer.concat(ocrFrame(headerFor(given), given));
        expect(parseOcrFrame(frame.subarray(0, cut % frame.length))).toBeNull();
        expect(parseOcrFrame(Buffer.concat([frame, Buffer.from('x')]))).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseOcrFrame(bytes)).toBeNull();
      }),
    );
  });
});
