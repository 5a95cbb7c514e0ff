import { z } from 'zod';
import { borrowMessageSchema } from './ocr-lease.ts';

/** From the platform to its step worker, once, over IPC: nothing secret passes through the environment. */
export const workerStartSchema = z.object({
  token: z.string(),
  /** Names the process in its leases. */
  instance: z.string(),
  /** Null: log to standard output. */
  logFile: z.string().nullable(),
});
export type WorkerStart = z.infer<typeof workerStartSchema>;

/** From the step worker: it takes messages at the URL; there is work to dispatch; it needs the OCR service. */
export const workerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), url: z.string() }),
  z.object({ type: z.literal('kick') }),
  ...borrowMessageSchema.options,
]);
export type WorkerMessage = z.infer<typeof workerMessageSchema>;

export const HEALTH_PATH = '/_push/health';
export const METRICS_PATH = '/_push/metrics';
