import { z } from 'zod';

/*
 * What is read of Google's answer: google.cloud.documentai.v1.Document in the JSON of protocol buffers, where a number that
 * is 0 and a list that is empty are left out, and 64-bit integers are strings.
 * https://cloud.google.com/document-ai/docs/reference/rest/v1/Document
 */
const integer = z.union([z.string().regex(/^\d{1,15}$/), z.number().int().min(0)]).transform(Number);
const vertex = z.object({ x: z.number().default(0), y: z.number().default(0) });

const layout = z.object({
  textAnchor: z
    .object({
      textSegments: z.array(z.object({ startIndex: integer.default(0), endIndex: integer.default(0) })).default([]),
    })
    .optional(),
  confidence: z.number().default(0),
  boundingPoly: z
    .object({ vertices: z.array(vertex).default([]), normalizedVertices: z.array(vertex).default([]) })
    .optional(),
});
export type GoogleLayout = z.infer<typeof layout>;

const row = z.object({
  cells: z
    .array(
      z.object({
        layout: layout.default({ confidence: 0 }),
        rowSpan: z.number().default(1),
        colSpan: z.number().default(1),
      }),
    )
    .default([]),
});

export const googlePageSchema = z.object({
  dimension: z.object({ width: z.number().default(0), height: z.number().default(0) }).optional(),
  transforms: z.array(z.unknown()).default([]),
  tokens: z
    .array(z.object({ layout, detectedBreak: z.object({ type: z.string().optional() }).optional() }))
    .default([]),
  tables: z
    .array(
      z.object({ layout: layout.optional(), headerRows: z.array(row).default([]), bodyRows: z.array(row).default([]) }),
    )
    .default([]),
  visualElements: z.array(z.object({ layout: layout.optional(), type: z.string().default('') })).default([]),
  formFields: z.array(z.object({ fieldValue: layout.optional(), valueType: z.string().default('') })).default([]),
});
export type GooglePage = z.infer<typeof googlePageSchema>;
export type GoogleTable = GooglePage['tables'][number];

export const processAnswerSchema = z.object({
  document: z.object({
    text: z.string().default(''),
    pages: z.array(googlePageSchema).default([]),
    error: z.object({ code: z.number().default(0), message: z.string().default('') }).optional(),
  }),
});

/** What the answer is cut down to: it holds the page image and every symbol else. */
export const FIELD_MASK = [
  'text',
  'error',
  ...['dimension', 'transforms', 'tokens', 'tables', 'visualElements', 'formFields'].map((name) => `pages.${name}`),
].join(',');
