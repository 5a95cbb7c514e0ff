import { availableParallelism } from 'node:os';
import { z } from 'zod';

const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const envSchema = z.object({
  PORT: integer(8090, 0, 65_535),
  OCR_HOST: z.string().default('127.0.0.1'),
  OCR_WORKERS: integer(Math.max(1, Math.min(16, availableParallelism())), 1, 64),
  OCR_QUEUE_PAGES: integer(64, 1, 10_000),
  OCR_MAX_BODY_BYTES: integer(256 * 1024 * 1024, 1024, 2 ** 31),
  OCR_MAX_PIXELS: integer(64_000_000, 1, 2 ** 31),
  OCR_PAGE_TIMEOUT_MS: integer(120_000, 100, 3_600_000),
  OCR_DRAIN_MS: integer(30_000, 0, 600_000),
  OCR_EXIT_WITH_PARENT: z.enum(['0', '1']).default('0'),
});

export interface ServiceConfig {
  port: number;
  host: string;
  /** Threads with a set of models each. */
  workers: number;
  /** Pages that may wait; more are refused with 429. */
  queuePages: number;
  maxBodyBytes: number;
  maxPixels: number;
  pageTimeoutMs: number;
  /** How long work under way may take after SIGTERM. */
  drainMs: number;
  /** Ends when standard input does: a parent killed outright leaves no orphan. */
  exitWithParent: boolean;
}

/** Reads the environment once; the error names every variable that is wrong. */
export function parseServiceConfig(env: Readonly<Record<string, string | undefined>>): ServiceConfig {
  const parsed = envSchema.safeParse(env);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The configuration is not valid:\n${lines.join('\n')}`);
  }
  const value = parsed.data;
  return {
    port: value.PORT,
    host: value.OCR_HOST,
    workers: value.OCR_WORKERS,
    queuePages: value.OCR_QUEUE_PAGES,
    maxBodyBytes: value.OCR_MAX_BODY_BYTES,
    maxPixels: value.OCR_MAX_PIXELS,
    pageTimeoutMs: value.OCR_PAGE_TIMEOUT_MS,
    drainMs: value.OCR_DRAIN_MS,
    exitWithParent: value.OCR_EXIT_WITH_PARENT === '1',
  };
}
