import { z } from 'zod';

export const tenantLimitsSchema = z.object({
  maxFileBytes: z
    .number()
    .int()
    .default(100 * 1024 * 1024),
  maxPages: z.number().int().default(2000),
  /** Of one page image. */
  maxPixels: z.number().int().default(100_000_000),
  /** Uncompressed bytes of a zip-based file, in all. */
  maxExpandedBytes: z
    .number()
    .int()
    .default(1024 * 1024 * 1024),
  /** Uncompressed to compressed bytes, for an archive as a whole. */
  maxArchiveRatio: z.number().default(200),
  maxStoredBytes: z
    .number()
    .int()
    .default(20 * 1024 * 1024 * 1024),
  maxConcurrentRuns: z.number().int().default(10_000),
  requestsPerSecond: z.number().default(200),
  requestBurst: z.number().default(400),
});
export type TenantLimits = z.infer<typeof tenantLimitsSchema>;

export const tenantSettingsSchema = z.object({
  /** What full-text search holds and shows. */
  indexText: z.enum(['redacted', 'original']).default('redacted'),
  /** Id of the privacy policy; `default` is built in. */
  policyId: z.string().default('default'),
  /** How long finished results may be reused for the same content. 0 turns reuse off. */
  reuseTtlSeconds: z
    .number()
    .int()
    .default(7 * 24 * 3600),
  /** Grows when results must not be reused any more. */
  configRevision: z.number().int().default(1),
  ocrModel: z.string().nullable().default(null),
  /** Whether audio and video are taken in. */
  recordings: z.boolean().default(false),
  /** Days after which a document is erased; null: it is kept until somebody erases it. */
  retentionDays: z.number().int().nullable().default(null),
});
export type TenantSettings = z.infer<typeof tenantSettingsSchema>;

export const tenantSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['active', 'suspended']),
  limits: tenantLimitsSchema,
  settings: tenantSettingsSchema,
  createdAt: z.number(),
});
export type Tenant = z.infer<typeof tenantSchema>;
