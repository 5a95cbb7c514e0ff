import { z } from 'zod';
import { redactedNamesSchema } from './redaction/names.ts';
import { errorRecordSchema } from './run.ts';

export const DOCUMENT_STATUSES = ['uploading', 'processing', 'ready', 'partial', 'failed', 'erasing'] as const;

/** One uploaded object and its metadata. Times are epoch milliseconds. */
export const documentSchema = z.object({
  id: z.string(),
  /** Made safe; for people only, never a path. */
  filename: z.string(),
  /** By magic bytes; null until the bytes have arrived. */
  mediaType: z.string().nullable(),
  size: z.number().int().nullable(),
  sha256: z.string().nullable(),
  status: z.enum(DOCUMENT_STATUSES),
  /** Key of the bytes in the tenant's documents bucket; null until they have arrived. */
  sourceKey: z.string().nullable(),
  source: z.enum(['api', 'presigned', 'bucket', 'schedule', 'connector']),
  runId: z.string().nullable(),
  batchId: z.string().nullable(),
  /** The document whose finished results were reused, if any. */
  reusedFrom: z.string().nullable(),
  /** Of the classification, once known. */
  documentType: z.string().nullable(),
  pages: z.object({ total: z.number(), ocr: z.number(), textLayer: z.number(), failed: z.number() }).nullable(),
  error: errorRecordSchema.nullable(),
  metadata: z.record(z.string(), z.string()),
  /** What may be told of file name and metadata where originals may not be seen; null: nothing of them. */
  redactedNames: redactedNamesSchema.nullable().default(null),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Document = z.infer<typeof documentSchema>;

/** A file made from a document. Its name is unique in the document: `pdf`, `pages/1.png`, `ocr.json`, … */
export const artifactSchema = z.object({
  documentId: z.string(),
  name: z.string(),
  /** Key in the tenant's artifacts bucket. */
  key: z.string(),
  mediaType: z.string(),
  size: z.number().int(),
  sha256: z.string(),
  runId: z.string(),
  /** True when it holds what the redaction policy takes out: readable only with the scope `documents:original`. */
  sensitive: z.boolean(),
  /** True while a person has to look at the redaction before it is handed out. */
  held: z.boolean().default(false),
  createdAt: z.number(),
});
export type Artifact = z.infer<typeof artifactSchema>;
