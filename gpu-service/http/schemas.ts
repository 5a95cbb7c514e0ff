import { z } from 'zod';
import { ERROR_CODES } from '../../shared/domain/errors.ts';
import { ocrComparisonSchema, ocrModelSchema, ocrModelsSchema } from '../../shared/domain/ocr-models.ts';
import { MAX_PAGES_PER_CALL, ocrAnswerSchema } from '../../shared/domain/ocr-wire.ts';
import { pageSchema } from '../../shared/domain/page.ts';
import { READER_IDS } from '../ocr/models.ts';

/** Schemas with a name of their own in the OpenAPI document. */
export const components = z.registry<{ id: string }>();

export const readerIdSchema = z.enum(READER_IDS).describe('Of `GET /v1/models`.');
const dpiSchema = z.coerce.number().positive().max(10_000);

export const ocrQuerySchema = z.object({
  model: readerIdSchema.optional().describe('Default: the service’s.'),
  dpi: dpiSchema.default(200).describe('Of the image, where the body is one.'),
});

export const referencesSchema = z.strictObject({
  model: readerIdSchema.nullable().default(null),
  pages: z
    .array(
      z.strictObject({
        url: z
          .string()
          .max(4096)
          .describe('https, of a host with public addresses; signed, as it is fetched as it is.'),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
        number: z.number().int().min(1).optional().describe('Default: its place in the list.'),
        dpi: dpiSchema.default(200),
      }),
    )
    .min(1)
    .max(MAX_PAGES_PER_CALL),
});

export const serviceAnswerSchema = ocrAnswerSchema.extend({
  cached: z.boolean().describe('Every page came from the cache.'),
  reads: z
    .array(z.object({ cached: z.boolean(), seconds: z.number() }))
    .describe('By page: seconds of one thread; of a cached page, those it took when it was read.'),
});

export const compareQuerySchema = z.object({
  models: z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(readerIdSchema).min(2).max(READER_IDS.length))
    .describe('Two or more, separated by commas; the first is what the others are compared with.'),
  dpi: dpiSchema.default(200),
});

export const defaultModelSchema = z.strictObject({ id: readerIdSchema });
export const cacheQuerySchema = z.object({
  model: readerIdSchema.optional().describe('Only results of this one.'),
});
export const dropAnswerSchema = z.object({ dropped: z.number().int() });
export const healthSchema = z.object({ status: z.literal('ok') });
export const readySchema = z.object({ ready: z.boolean(), draining: z.boolean() });
export const problemSchema = z.looseObject({
  title: z.string(),
  status: z.number().int(),
  code: z.enum(Object.keys(ERROR_CODES)),
  detail: z.string(),
});

components.add(pageSchema, { id: 'Page' });
components.add(serviceAnswerSchema, { id: 'OcrAnswer' });
components.add(ocrModelSchema, { id: 'Model' });
components.add(ocrModelsSchema, { id: 'Models' });
components.add(ocrComparisonSchema, { id: 'Comparison' });
components.add(problemSchema, { id: 'Problem' });
