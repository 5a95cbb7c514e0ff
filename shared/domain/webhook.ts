import { z } from 'zod';

export const EVENT_TYPES = ['document.processed', 'document.failed', 'run.ended', 'webhook.test'] as const;

export const webhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  eventTypes: z.array(z.enum(EVENT_TYPES)),
  /** Name of the signing secret in the tenant's secret store. */
  secretName: z.string(),
  enabled: z.boolean(),
  createdAt: z.number(),
});
export type Webhook = z.infer<typeof webhookSchema>;

/** One event to one endpoint; the id is the same in every try and is what receivers dedupe by. */
export const webhookDeliverySchema = z.object({
  id: z.string(),
  webhookId: z.string(),
  eventType: z.enum(EVENT_TYPES),
  eventId: z.string(),
  documentId: z.string().nullable(),
  runId: z.string().nullable(),
  status: z.enum(['pending', 'delivered', 'failed']),
  tries: z.array(
    z.object({
      at: z.number(),
      status: z.number().int().nullable(),
      error: z.string().nullable(),
      durationMs: z.number(),
      bodyStart: z.string(),
    }),
  ),
  /** The bytes as first sent, so that a redelivery sends the very same. */
  body: z.string().optional(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;
