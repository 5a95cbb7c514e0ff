import { z } from 'zod';
import { ocrResultSchema, pageSchema } from '../../domain/page.ts';

/** Pages `from` to `to`, 1-based, inclusive. */
export const ocrRangeSchema = z.object({ from: z.number().int().min(1), to: z.number().int().min(1) });
export type OcrRange = z.infer<typeof ocrRangeSchema>;

export const failedPageSchema = z.object({ number: z.number().int(), code: z.string() });
export type FailedPage = z.infer<typeof failedPageSchema>;

/** What a part hands to the merge: where its pages lie, and its account. */
export const ocrPartOutputSchema = z.object({
  /** `Page[]` as JSON. */
  key: z.string(),
  ocr: z.number().int(),
  textLayer: z.number().int(),
  failedPages: z.array(failedPageSchema),
  /** Of the pages that went through OCR; null when none did. */
  engine: z.string().nullable(),
  model: z.string().nullable(),
  degraded: ocrResultSchema.shape.degraded,
  /** Numbers of pages that were read in part only. */
  incompletePages: z.array(z.number().int()).default([]),
});
export type OcrPartOutput = z.infer<typeof ocrPartOutputSchema>;

export const ocrPartPagesSchema = z.array(pageSchema);
