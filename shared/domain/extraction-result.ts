import { z } from 'zod';
import { boxSchema } from './page.ts';

export const FIELD_TYPES = [
  'text',
  'date',
  'money',
  'number',
  'integer',
  'percent',
  'id',
  'email',
  'phone',
  'url',
  'country',
  'currency',
  'boolean',
  'address',
  'person',
  'organization',
] as const;
export const fieldTypeSchema = z.enum(FIELD_TYPES);
export type FieldType = z.infer<typeof fieldTypeSchema>;

/** One value found: `raw` as printed, `value` normalized (dates ISO 8601; money `{amount: decimal string, currency}`). */
export const extractedFieldSchema = z.object({
  name: z.string(),
  type: fieldTypeSchema,
  raw: z.string(),
  value: z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.object({ amount: z.string(), currency: z.string().nullable() }),
  ]),
  confidence: z.number().min(0).max(1),
  /** True or false where a checksum or rule decides; null where none applies. */
  valid: z.boolean().nullable(),
  page: z.number().int(),
  box: boxSchema,
});
export type ExtractedField = z.infer<typeof extractedFieldSchema>;

export const extractedTableSchema = z.object({
  name: z.string(),
  page: z.number().int(),
  columns: z.array(z.string()),
  /** One record a row, keyed by column. */
  rows: z.array(z.object({ page: z.number().int(), box: boxSchema, cells: z.record(z.string(), z.string()) })),
});
export type ExtractedTable = z.infer<typeof extractedTableSchema>;

/** The `fields.json` artifact. */
export const extractionResultSchema = z.object({
  documentType: z.object({ name: z.string(), confidence: z.number() }),
  template: z.string(),
  fields: z.array(extractedFieldSchema),
  tables: z.array(extractedTableSchema),
  account: z.object({ tables: z.number().int(), rows: z.number().int() }),
});
export type ExtractionResult = z.infer<typeof extractionResultSchema>;
