import { z } from 'zod';

/** From the platform to its step worker, once, over IPC: nothing secret passes through the environment. */
export const workerStartSchema = z.object({
  token: z.string(),
  /** Null: log to standard output. */
  logFile: z.string().nullable(),
});
export type WorkerStart = z.infer<typeof workerStartSchema>;

/** The step worker's answer when it takes messages. */
export const workerReadySchema = z.object({ url: z.string() });
export type WorkerReady = z.infer<typeof workerReadySchema>;

export const HEALTH_PATH = '/_push/health';
export const METRICS_PATH = '/_push/metrics';
