import path from 'node:path';
import { z } from 'zod';
import { type OcrConfig, parseOcrEngines } from './config-ocr.ts';
import { parseRecognizers, type RecognizerEngineConfig } from './config-recognizers.ts';

const flag = <T extends boolean | null>(fallback: T) =>
  z
    .enum(['0', '1', 'true', 'false'])
    .optional()
    .transform((value) => (value === undefined ? fallback : value === '1' || value === 'true'));
const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const envSchema = z.object({
  RECTO_ENV: z.enum(['development', 'production']).default('development'),
  PORT: integer(8080, 0, 65535),
  RECTO_HOST: z.string().default('127.0.0.1'),
  RECTO_PUBLIC_URL: z.url().optional(),
  RECTO_DATA_DIR: z.string().default('.recto'),
  RECTO_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  RECTO_MAX_FILE_BYTES: integer(100 * 1024 * 1024, 1, 50 * 1024 ** 3),
  RECTO_CONVERT_WORKERS: integer(2, 1, 64),
  RECTO_CONVERT_SECONDS: integer(285, 1, 285),
  RECTO_RECORDING_SECONDS: integer(7200, 0, 86_400),
  RECTO_RECORDING_PIXELS: integer(8_847_360, 1, 16_777_216),
  RECTO_RECORDING_BYTES: integer(1024 * 1024 * 1024, 1, 50 * 1024 ** 3),
  RECTO_RECORDING_TIMEOUT_SECONDS: integer(3000, 1, 3500),
  RECTO_OCR_SLOTS: integer(2, 1, 1024),
  RECTO_OCR_URL: z.union([z.url(), z.literal('local')]).optional(),
  RECTO_OCR_ENGINES: z.string().optional(),
  RECTO_OCR_REQUIRED: z.string().optional(),
  RECTO_OCR_FAILOVER: z.enum(['none', 'ordered']).default('none'),
  RECTO_RECOGNIZERS: z.string().optional(),
  RECTO_CPU_SLOTS: integer(4, 1, 1024),
  RECTO_NETWORK_SLOTS: integer(32, 1, 4096),
  RECTO_ALLOW_PRIVATE_WEBHOOKS: flag(false),
  RECTO_DEAD_LETTER_DAYS: integer(90, 0, 3650),
  RECTO_DEMO: flag(null),
  RECTO_REQUESTS_PER_SECOND: integer(200, 1, 1_000_000),
  RECTO_METRICS_TOKEN: z.string().min(16).optional(),
});

export interface Config {
  /** In production a setting that is missing or looks like a test's ends the start. */
  production: boolean;
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
  /** Of one recording: its length, the pixels of its picture, the bytes of the result, and the time for it. 0 s: none is taken. */
  recordings: { maxSeconds: number; maxPixels: number; maxOutputBytes: number; timeoutMs: number };
  /** Our own kind of OCR service where it runs elsewhere; null: start one. */
  ocrUrl: string | null;
  ocr: OcrConfig;
  /** What finds personal data beside the patterns and the learned model. */
  recognizers: RecognizerEngineConfig[];
  /** Tests and demos on one machine only. */
  allowPrivateWebhooks: boolean;
  /** How long a dead letter lies open, and how long it is kept once resolved; null: for ever. */
  deadLetterDays: number | null;
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
  const production = env.RECTO_ENV === 'production';
  const { ocr, problems } = parseOcrEngines(env, production);
  const found = parseRecognizers(env);
  const lines = [
    ...(parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? []),
    ...problems,
    ...found.problems,
    ...(production ? notInProduction(env) : []),
  ];
  if (!parsed.success || lines.length > 0)
    throw new Error(
      `The configuration is not valid:\n${lines.map((line) => `  ${line}`).join('\n')}\nSee docs/operations.md for every variable.`,
    );
  const value = parsed.data;
  const own = ocr.engines.find(({ id }) => id === 'recto-ppocr');
  return {
    production,
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
    recordings: {
      maxSeconds: value.RECTO_RECORDING_SECONDS,
      maxPixels: value.RECTO_RECORDING_PIXELS,
      maxOutputBytes: value.RECTO_RECORDING_BYTES,
      timeoutMs: value.RECTO_RECORDING_TIMEOUT_SECONDS * 1000,
    },
    ocrUrl: own?.url ?? null,
    ocr,
    recognizers: found.recognizers,
    allowPrivateWebhooks: value.RECTO_ALLOW_PRIVATE_WEBHOOKS,
    deadLetterDays: value.RECTO_DEAD_LETTER_DAYS === 0 ? null : value.RECTO_DEAD_LETTER_DAYS,
    demo: value.RECTO_DEMO ?? !production,
    requestsPerSecond: value.RECTO_REQUESTS_PER_SECOND,
    metricsToken: value.RECTO_METRICS_TOKEN ?? null,
  };
}

/** What makes trying things out easy, and has no place where others' documents are. */
function notInProduction(env: Readonly<Record<string, string | undefined>>): string[] {
  const on = (name: string): boolean => env[name] === '1' || env[name] === 'true';
  return [
    ...(on('RECTO_DEMO') ? ['RECTO_DEMO: makes a tenant whose key lies in a file; leave it off in production'] : []),
    ...(on('RECTO_ALLOW_PRIVATE_WEBHOOKS')
      ? ['RECTO_ALLOW_PRIVATE_WEBHOOKS: lets tenants call into the internal network; leave it off in production']
      : []),
  ];
}
