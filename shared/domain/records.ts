import { z } from 'zod';
import { EVENT_TYPES } from './webhook.ts';

export const scheduleSchema = z.object({
  id: z.string(),
  name: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  /** What the tick starts. `ingest-prefix` takes in every object under the prefix of the tenant's incoming bucket. */
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('ingest-prefix'), prefix: z.string().max(500) }),
    z.object({ kind: z.literal('reprocess'), documentId: z.string() }),
  ]),
  enabled: z.boolean(),
  createdAt: z.number(),
  lastFiredFor: z.string().nullable(),
  lastRunIds: z.array(z.string()).max(100),
});
export type Schedule = z.infer<typeof scheduleSchema>;

export const batchSchema = z.object({
  id: z.string(),
  name: z.string(),
  documentIds: z.array(z.string()).max(1000),
  createdAt: z.number(),
});
export type Batch = z.infer<typeof batchSchema>;

/** A finished result that another document with the same bytes and configuration may take over. Id: digest of both. */
export const resultSchema = z.object({
  documentId: z.string(),
  runId: z.string(),
  sha256: z.string(),
  configRevision: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
});
export type ReusableResult = z.infer<typeof resultSchema>;

export const uploadSchema = z.object({
  documentId: z.string(),
  key: z.string(),
  filename: z.string(),
  declaredSize: z.number().int().nullable(),
  contentType: z.string(),
  metadata: z.record(z.string(), z.string()),
  state: z.enum(['waiting', 'ingested']),
  expiresAt: z.number(),
});
export type Upload = z.infer<typeof uploadSchema>;

export const auditEventSchema = z.object({
  id: z.string(),
  action: z.string(),
  occurredAt: z.number(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  targets: z.array(z.object({ type: z.string(), id: z.string() })),
  requestId: z.string().nullable(),
  metadata: z.record(z.string(), z.json()),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

/** Answer to a write that carried an Idempotency-Key. Id: digest of principal and key. */
export const idempotencySchema = z.object({
  requestDigest: z.string(),
  state: z.enum(['running', 'done']),
  status: z.number().int().nullable(),
  body: z.string().nullable(),
  /** The document that the request makes or the answer names, with which it is erased. */
  documentId: z.string().nullable().default(null),
  expiresAt: z.number(),
});
export type IdempotencyRecord = z.infer<typeof idempotencySchema>;

export const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.enum(EVENT_TYPES),
  subject: z.string(),
  time: z.string(),
  datacontenttype: z.literal('application/json'),
  tenantid: z.string(),
  data: z.record(z.string(), z.json()),
});
export type CloudEvent = z.infer<typeof cloudEventSchema>;

/** Stored bytes and the like, one record a tenant. */
export const counterSchema = z.object({ storedBytes: z.number(), documents: z.number() });

/** How far the turns of the tenants have come in a pool. Id: the pool. */
export const dispatchGateSchema = z.object({ lastTenant: z.string(), dispatchedAt: z.number() });
export type DispatchGate = z.infer<typeof dispatchGateSchema>;

/** Where a circuit breaker stands. Id: the dependency. */
export const breakerSchema = z.object({
  state: z.enum(['closed', 'open', 'half-open']),
  failures: z.number().int(),
  openedAt: z.number().nullable(),
  probeAt: z.number().nullable(),
  lastSuccessAt: z.number().nullable(),
});
export type Breaker = z.infer<typeof breakerSchema>;
