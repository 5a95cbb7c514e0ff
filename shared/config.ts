import path from 'node:path';
import { z } from 'zod';

const flag = (fallback: boolean) =>
  z
    .enum(['0', '1', 'true', 'false'])
    .optional()
    .transform((value) => (value === undefined ? fallback : value === '1' || value === 'true'));
const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const envSchema = z.object({
  PORT: integer(8080, 0, 65535),
  RECTO_HOST: z.string().default('127.0.0.1'),
  RECTO_PUBLIC_URL: z.url().optional(),
  RECTO_DATA_DIR: z.string().default('.recto'),
  RECTO_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  RECTO_MAX_FILE_BYTES: integer(100 * 1024 * 1024, 1, 50 * 1024 ** 3),
  RECTO_CONVERT_WORKERS: integer(2, 1, 64),
  RECTO_CONVERT_SECONDS: integer(285, 1, 285),
  RECTO_OCR_SLOTS: integer(2, 1, 1024),
  RECTO_OCR_URL: z.url().optional(),
  RECTO_CPU_SLOTS: integer(4, 1, 1024),
  RECTO_NETWORK_SLOTS: integer(32, 1, 4096),
  RECTO_ALLOW_PRIVATE_WEBHOOKS: flag(false),
  RECTO_DEMO: flag(true),
  RECTO_REQUESTS_PER_SECOND: integer(200, 1, 1_000_000),
  RECTO_METRICS_TOKEN: z.string().min(16).optional(),
});

export interface Config {
  port: number;
  host: string;
  /** Base of the URLs that the platform hands out; null: as the request came in. */
  publicUrl: string | null;
  /** Absolute. */
  dataDir: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  maxFileBytes: number;
  pools: { convert: number; ocr: number; cpu: number; network: number };
  /** Of one document; then its converter counts as hung and is replaced. */
  convertTimeoutMs: number;
  /** An OCR service that runs elsewhere; null: start our own. */
  ocrUrl: string | null;
  /** Tests and demos on one machine only. */
  allowPrivateWebhooks: boolean;
  /** Create the demo tenant and its key at first start. */
  demo: boolean;
  /** Of the demo tenant; it may send twice that at once. */
  requestsPerSecond: number;
  /** Lets a scraper of `/metrics` in that is not on this machine; null: this machine only. */
  metricsToken: string | null;
}

/** Reads the environment once; the error names every variable that is wrong and what it may be. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = envSchema.safeParse(env);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The configuration is not valid:\n${lines.join('\n')}\nSee docs/operations.md for every variable.`);
  }
  const value = parsed.data;
  return {
    port: value.PORT,
    host: value.RECTO_HOST,
    publicUrl: value.RECTO_PUBLIC_URL ?? null,
    dataDir: path.resolve(value.RECTO_DATA_DIR),
    logLevel: value.RECTO_LOG_LEVEL,
    maxFileBytes: value.RECTO_MAX_FILE_BYTES,
    pools: {
      convert: value.RECTO_CONVERT_WORKERS,
      ocr: value.RECTO_OCR_SLOTS,
      cpu: value.RECTO_CPU_SLOTS,
      network: value.RECTO_NETWORK_SLOTS,
    },
    convertTimeoutMs: value.RECTO_CONVERT_SECONDS * 1000,
    ocrUrl: value.RECTO_OCR_URL ?? null,
    allowPrivateWebhooks: value.RECTO_ALLOW_PRIVATE_WEBHOOKS,
    demo: value.RECTO_DEMO,
    requestsPerSecond: value.RECTO_REQUESTS_PER_SECOND,
    metricsToken: value.RECTO_METRICS_TOKEN ?? null,
  };
}
