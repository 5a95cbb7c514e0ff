import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Wishes } from './manager/plan.ts';
import { DEFAULT_READER, READER_IDS, type ReaderId } from './ocr/models.ts';

const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const flag = z.enum(['0', '1']).default('0');
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()])));

const envSchema = z
  .object({
    PORT: integer(0, 65_535).default(8090),
    OCR_HOST: z.string().default('127.0.0.1'),
    OCR_PROVIDER: z.enum(['auto', 'cpu', 'cuda', 'tensorrt', 'webgpu']).default('auto'),
    OCR_PRECISION: z.enum(['auto', 'fp32', 'int8', 'fp16']).default('auto'),
    OCR_WORKERS: integer(1, 64).optional(),
    OCR_BATCH_PAGES: integer(1, 64).optional(),
    OCR_BATCH_WAIT_MS: integer(0, 10_000).optional(),
    OCR_MODEL: z.enum(READER_IDS).default(DEFAULT_READER),
    OCR_MODEL_MEMORY_MB: integer(64, 2 ** 20).optional(),
    OCR_QUANTIZED_DIR: z.string().min(1).optional(),
    OCR_QUEUE_PAGES: integer(1, 10_000).default(64),
    OCR_MAX_BODY_BYTES: integer(1024, 2 ** 31).default(256 * 1024 * 1024),
    OCR_MAX_HELD_BYTES: integer(1024, 2 ** 40).default(1024 * 1024 * 1024),
    OCR_MAX_PIXELS: integer(1, 2 ** 31).default(64_000_000),
    OCR_PAGE_TIMEOUT_MS: integer(100, 3_600_000).default(120_000),
    OCR_DRAIN_MS: integer(0, 600_000).default(30_000),
    OCR_EXIT_WITH_PARENT: flag,
    OCR_AUTH: z.enum(['none', 'token', 'google']).optional(),
    OCR_TOKEN: z.string().min(16).optional(),
    OCR_ADMIN_TOKEN: z.string().min(16).optional(),
    OCR_AUDIENCE: z.string().min(1).optional(),
    OCR_ALLOWED_ACCOUNTS: list,
    OCR_ISSUERS: list,
    OCR_JWKS_URL: z.url().default('https://www.googleapis.com/oauth2/v3/certs'),
    OCR_FETCH_TIMEOUT_MS: integer(100, 600_000).default(20_000),
    OCR_FETCH_PRIVATE: flag,
    OCR_CACHE_MB: integer(0, 2 ** 20).default(64),
    OCR_CACHE_TTL_SECONDS: integer(0, 365 * 24 * 3600).default(3600),
    OCR_CACHE_DIR: z.string().min(1).optional(),
    OCR_CACHE_DIR_MB: integer(1, 2 ** 20).default(512),
  })
  .check(({ value, issues }) => {
    const missing = (name: string, why: string) =>
      issues.push({ code: 'custom', input: value, path: [name], message: `is missing: ${why}` });
    if (value.OCR_AUTH === 'token' && value.OCR_TOKEN === undefined)
      missing('OCR_TOKEN', 'OCR_AUTH=token compares with it');
    if (value.OCR_AUTH !== 'google') return;
    if (value.OCR_AUDIENCE === undefined) missing('OCR_AUDIENCE', 'the URL that tokens are made for');
    if (value.OCR_ALLOWED_ACCOUNTS.length === 0) missing('OCR_ALLOWED_ACCOUNTS', 'service accounts that may call');
  });

/** Who may call: anybody, who knows a token, or service accounts by their Google-signed identity tokens. */
export type AuthConfig =
  | { kind: 'none' }
  | { kind: 'token'; token: string }
  | {
      kind: 'google';
      audience: string;
      accounts: readonly string[];
      issuers: readonly string[];
      jwksUrl: string;
    };

export interface ServiceConfig {
  port: number;
  host: string;
  /** What was asked for in place of what the hardware suggests. */
  wishes: Wishes;
  /** Read with when a request names none. */
  defaultReader: ReaderId;
  /** Where quantized models are kept, and made when they are not there. */
  quantizedDir: string;
  /** Pages that may wait; more are refused with 429. */
  queuePages: number;
  maxBodyBytes: number;
  /** Of all requests that are under way. */
  maxHeldBytes: number;
  maxPixels: number;
  pageTimeoutMs: number;
  /** How long work under way may take after SIGTERM. */
  drainMs: number;
  /** Ends when standard input does: a parent killed outright leaves no orphan. */
  exitWithParent: boolean;
  auth: AuthConfig;
  /** Needed, besides, to change what is loaded or cached; null: whoever may call may do that too. */
  adminToken: string | null;
  fetch: { timeoutMs: number; allowPrivate: boolean };
  cache: { bytes: number; ttlMs: number; folder: string | null; folderBytes: number };
}

const GOOGLE_ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
const MIB = 2 ** 20;

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
    wishes: {
      provider: value.OCR_PROVIDER,
      precision: value.OCR_PRECISION,
      workers: value.OCR_WORKERS ?? null,
      batchPages: value.OCR_BATCH_PAGES ?? null,
      batchWaitMs: value.OCR_BATCH_WAIT_MS ?? null,
      modelMemoryMb: value.OCR_MODEL_MEMORY_MB ?? null,
    },
    defaultReader: value.OCR_MODEL,
    quantizedDir: value.OCR_QUANTIZED_DIR ?? path.join(homedir(), '.cache/recto/models'),
    queuePages: value.OCR_QUEUE_PAGES,
    maxBodyBytes: value.OCR_MAX_BODY_BYTES,
    maxHeldBytes: Math.max(value.OCR_MAX_HELD_BYTES, value.OCR_MAX_BODY_BYTES),
    maxPixels: value.OCR_MAX_PIXELS,
    pageTimeoutMs: value.OCR_PAGE_TIMEOUT_MS,
    drainMs: value.OCR_DRAIN_MS,
    exitWithParent: value.OCR_EXIT_WITH_PARENT === '1',
    auth: authOf(value),
    adminToken: value.OCR_ADMIN_TOKEN ?? null,
    fetch: { timeoutMs: value.OCR_FETCH_TIMEOUT_MS, allowPrivate: value.OCR_FETCH_PRIVATE === '1' },
    cache: {
      bytes: value.OCR_CACHE_MB * MIB,
      ttlMs: value.OCR_CACHE_TTL_SECONDS * 1000,
      folder: value.OCR_CACHE_DIR ?? null,
      folderBytes: value.OCR_CACHE_DIR_MB * MIB,
    },
  };
}

/** A token that is set is asked for, unless said otherwise. */
function authOf(value: z.output<typeof envSchema>): AuthConfig {
  const kind = value.OCR_AUTH ?? (value.OCR_TOKEN === undefined ? 'none' : 'token');
  if (kind === 'token') return { kind, token: value.OCR_TOKEN ?? '' };
  if (kind === 'none') return { kind };
  return {
    kind,
    audience: value.OCR_AUDIENCE ?? '',
    accounts: value.OCR_ALLOWED_ACCOUNTS,
    issuers: value.OCR_ISSUERS.length > 0 ? value.OCR_ISSUERS : GOOGLE_ISSUERS,
    jwksUrl: value.OCR_JWKS_URL,
  };
}
