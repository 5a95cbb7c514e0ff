import { RectoError } from '../../domain/errors.ts';
import type { TokenSource } from './token-source.ts';

const TIMEOUT_MS = 3000;

/**
 * Whether somebody is there: any answer below 500 that is no refusal of our credentials. Rejects with
 * `dependency_unavailable`, saying why.
 */
export async function probe(url: string, token: TokenSource, engine: string, signal?: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const shown = await token(stop);
  let status: number;
  try {
    const headers: Record<string, string> = shown === null ? {} : { authorization: `Bearer ${shown}` };
    const answer = await fetch(url, { headers, redirect: 'error', signal: stop });
    await answer.body?.cancel();
    status = answer.status;
  } catch (cause) {
    throw new RectoError('dependency_unavailable', `The OCR engine ${engine} cannot be reached.`, { cause });
  }
  if (status >= 500 || status === 401 || status === 403)
    throw new RectoError('dependency_unavailable', `The OCR engine ${engine} is not ready (HTTP ${status}).`);
}
