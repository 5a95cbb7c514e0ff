import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** What an upstream is shown as `Authorization: Bearer`; null for nothing. Errors: `dependency_unavailable`. */
export type TokenSource = (signal: AbortSignal) => Promise<string | null>;

export const noToken: TokenSource = async () => null;
export const fixedToken =
  (token: string): TokenSource =>
  async () =>
    token;

/** Read again for each call: a mounted secret is rotated by writing the file anew. */
export const fileToken =
  (file: string): TokenSource =>
  async () => {
    try {
      return (await readFile(file, 'utf8')).trim();
    } catch (cause) {
      throw new RectoError('dependency_unavailable', `The token file ${file} of an OCR engine cannot be read.`, {
        cause,
      });
    }
  };

/** Where a workload on Google Cloud asks who it is. */
const METADATA = 'http://metadata.google.internal';
/** Tokens are asked for anew this long before they end. */
const MARGIN_MS = 300_000;
/** While no new one comes, the old one is shown up to this long before it ends. */
const LAST_MS = 30_000;
const TIMEOUT_MS = 5000;
const accessSchema = z.object({ access_token: z.string(), expires_in: z.number() });
const claimsSchema = z.object({ exp: z.number() });

export interface MetadataOptions {
  clock: Clock;
  /** Of the metadata server; for tests. */
  base?: string;
}

/** An identity token for a Cloud Run service, from the metadata server of the workload. `audience` is the service's URL. */
export function identityToken(audience: string, options: MetadataOptions): TokenSource {
  const query = new URLSearchParams({ audience, format: 'full' });
  return remembered(options, `identity?${query}`, (text) => {
    const claims = Buffer.from(text.split('.')[1] ?? '', 'base64url').toString();
    return { token: text.trim(), endsAt: claimsSchema.parse(JSON.parse(claims)).exp * 1000 };
  });
}

/** An access token for Google's own services, from the metadata server of the workload. */
export function accessToken(options: MetadataOptions): TokenSource {
  return remembered(options, 'token', (text, now) => {
    const { access_token, expires_in } = accessSchema.parse(JSON.parse(text));
    return { token: access_token, endsAt: now + expires_in * 1000 };
  });
}

function remembered(
  { clock, base = METADATA }: MetadataOptions,
  path: string,
  read: (text: string, now: number) => { token: string; endsAt: number },
): TokenSource {
  let held: { token: string; endsAt: number } | null = null;
  return async (signal) => {
    if (held !== null && clock.now() < held.endsAt - MARGIN_MS) return held.token;
    try {
      const answer = await fetch(`${base}/computeMetadata/v1/instance/service-accounts/default/${path}`, {
        headers: { 'metadata-flavor': 'Google' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      if (!answer.ok) throw new Error(`the metadata server answered ${answer.status}`);
      held = read(await answer.text(), clock.now());
      return held.token;
    } catch (cause) {
      signal.throwIfAborted();
      if (held !== null && clock.now() < held.endsAt - LAST_MS) return held.token;
      throw new RectoError('dependency_unavailable', 'The workload got no token for an OCR engine.', { cause });
    }
  };
}
