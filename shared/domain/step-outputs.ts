import { z } from 'zod';
import { degradationSchema, pageAccountSchema } from './page.ts';
import { policyRefSchema } from './policy.ts';

/** What each step of `process-document` hands to the next: keys in the artifacts bucket and counts, never documents. */
const keyed = z.object({ key: z.string() });

export const convertOutputSchema = z.object({
  pdf: keyed,
  pages: z.number().int(),
  /** Rows that a spreadsheet or CSV held; null where rows mean nothing. */
  rows: z.number().int().nullable(),
  warnings: z.array(z.string()).max(100),
});
export type ConvertOutput = z.infer<typeof convertOutputSchema>;

export const ocrOutputSchema = z.object({
  /** `OcrResult` as JSON. */
  ocr: keyed,
  text: keyed,
  account: pageAccountSchema,
  /** Absent unless another engine than the one asked for read so many pages. */
  degraded: degradationSchema.extend({ pages: z.number().int() }).exactOptional(),
});
export type OcrOutput = z.infer<typeof ocrOutputSchema>;

export const extractOutputSchema = z.object({
  /** `ExtractionResult` as JSON. */
  fields: keyed,
  documentType: z.string(),
  fieldCount: z.number().int(),
  rowCount: z.number().int(),
});
export type ExtractOutput = z.infer<typeof extractOutputSchema>;

export const redactOutputSchema = z.object({
  /** Null where the policy leaves nothing to redact in that form or the form does not exist. */
  text: keyed.nullable(),
  fields: keyed.nullable(),
  pdf: keyed.nullable(),
  entities: z.record(z.string(), z.number().int()),
  /** By which it was redacted; absent from runs that began before this was kept. */
  policy: policyRefSchema.exactOptional(),
});
export type RedactOutput = z.infer<typeof redactOutputSchema>;

export const redactMediaOutputSchema = z.object({
  /** Null where nobody asked for anything to go of the recording. */
  recording: keyed.nullable(),
  /** Of the transcript; null without one. */
  text: keyed.nullable(),
  entities: z.record(z.string(), z.number().int()),
  policy: policyRefSchema,
});
export type RedactMediaOutput = z.infer<typeof redactMediaOutputSchema>;

/** Of either step that redacts: the version of the policy that it was done by. */
export const redactedBySchema = z.object({ policy: policyRefSchema });

/** The run input of `process-document` and `process-recording`. */
export const processInputSchema = z.object({
  documentId: z.string(),
  sourceKey: z.string(),
  mediaType: z.string(),
  /** Tells the kind of file by its extension and nothing else. */
  filename: z.string(),
  /** Name of the tenant secret that holds the file's password, if one was given. */
  passwordSecret: z.string().nullable(),
});
export type ProcessInput = z.infer<typeof processInputSchema>;
