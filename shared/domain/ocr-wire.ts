import { z } from 'zod';
import { pageSchema } from './page.ts';

/**
 * What the OCR service takes: a 4-byte big-endian length, a JSON header of that length, then the images one after another.
 * Page images are large and already compressed; a frame carries them as they are, and says their sizes up front.
 */
export const OCR_FRAME_TYPE = 'application/vnd.recto.pages';
export const MAX_PAGES_PER_CALL = 64;

export const ocrFrameHeaderSchema = z.object({
  model: z.string().max(100).nullable().default(null),
  pages: z
    .array(
      z.object({
        number: z.number().int().min(1),
        mediaType: z.string().max(100),
        dpi: z.number().positive().max(10_000),
        /** Bytes of the image. */
        size: z.number().int().min(0),
      }),
    )
    .min(1)
    .max(MAX_PAGES_PER_CALL),
});
export type OcrFrameHeader = z.infer<typeof ocrFrameHeaderSchema>;

export const ocrAnswerSchema = z.object({ pages: z.array(pageSchema), engine: z.string(), model: z.string() });
export type OcrAnswer = z.infer<typeof ocrAnswerSchema>;

/** The chunks of a frame, images not copied. */
export function ocrFrame(header: OcrFrameHeader, images: readonly Uint8Array[]): Uint8Array[] {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length);
  return [length, json, ...images];
}

/** Null when the bytes are not a whole frame. Images are views of `bytes`. */
export function parseOcrFrame(bytes: Uint8Array): { header: OcrFrameHeader; images: Uint8Array[] } | null {
  if (bytes.length < 4) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length > bytes.length - 4) return null;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  } catch {
    return null;
  }
  const header = ocrFrameHeaderSchema.safeParse(json);
  if (!header.success) return null;
  const images: Uint8Array[] = [];
  let at = 4 + length;
  for (const page of header.data.pages) {
    images.push(bytes.subarray(at, at + page.size));
    at += page.size;
  }
  return at === bytes.length ? { header: header.data, images } : null;
}
