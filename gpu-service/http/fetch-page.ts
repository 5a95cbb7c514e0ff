import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Client } from 'undici';
import { RectoError } from '../../shared/domain/errors.ts';
import { blockedName, blockedReason, isAddress } from '../../shared/domain/outbound-address.ts';
import { type ByteBudget, type HeldBody, shared } from './body.ts';

export interface FetchOptions {
  maxBytes: number;
  timeoutMs: number;
  /** http and addresses that are not public as well: for tests, and for stores in the same network. */
  allowPrivate: boolean;
  budget: ByteBudget;
  signal: AbortSignal;
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The bytes at a signed URL. The host is resolved once, refused if any of its addresses is not public, and connected to at
 * those addresses only, so that a name that answers otherwise a second time gains nothing; redirects are not followed.
 * Errors: `url_not_allowed`, `invalid_request` (it answered 4xx), `file_too_large`, `checksum_mismatch`,
 * `dependency_unavailable`. What the bytes are is for the caller to check.
 */
export async function fetchPage(
  reference: { url: string; sha256?: string | undefined },
  options: FetchOptions,
): Promise<HeldBody> {
  const url = parse(reference.url, options.allowPrivate);
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  try {
    const body = await get(url, await addressesOf(url, options.allowPrivate, signal), signal, options);
    const found = createHash('sha256').update(body.bytes).digest('hex');
    if (reference.sha256 === undefined || reference.sha256 === found) return body;
    body.release();
    throw new RectoError('checksum_mismatch', `The page at ${url.host} has another SHA-256 than the request says.`);
  } catch (thrown) {
    if (thrown instanceof RectoError) throw thrown;
    if (options.signal.aborted) throw new RectoError('cancelled', 'The caller went away before the page was fetched.');
    const why = deadline.aborted ? `it took longer than ${options.timeoutMs} ms` : 'the connection failed';
    throw unavailable(url, why, thrown);
  }
}

function parse(text: string, allowPrivate: boolean): URL {
  const url = URL.parse(text);
  if (url === null) throw notAllowed('it cannot be parsed');
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
    throw notAllowed(`its scheme is ${url.protocol}`);
  if (url.username !== '' || url.password !== '') throw notAllowed('it carries a user name or password');
  return url;
}

async function addressesOf(url: URL, allowPrivate: boolean, signal: AbortSignal): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && blockedName(host)) throw notAllowed(`${host} names a host of a private network`);
  const found = isAddress(host) ? [host] : await resolve(url, host, signal);
  for (const address of found) {
    const reason = allowPrivate ? null : blockedReason(address);
    if (reason !== null) throw notAllowed(`${host} leads to ${address}, which is not public (${reason})`);
  }
  return found;
}

async function resolve(url: URL, host: string, signal: AbortSignal): Promise<string[]> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    // A lookup cannot be stopped; it is not waited for any longer.
    const found = await Promise.race([lookup(host, { all: true, verbatim: true }), stopped]);
    return found.map(({ address }) => address);
  } catch (cause) {
    signal.throwIfAborted();
    throw unavailable(url, 'its name cannot be resolved', cause);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function get(
  url: URL,
  addresses: readonly string[],
  signal: AbortSignal,
  { maxBytes, timeoutMs, budget }: FetchOptions,
): Promise<HeldBody> {
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }));
  const toPinned: LookupFunction = (_host, how, callback) =>
    how.all ? callback(null, pinned) : callback(null, pinned[0]?.address ?? '', pinned[0]?.family);
  const client = new Client(url.origin, {
    connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs), lookup: toPinned },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    const response = await client.request({ method: 'GET', path: `${url.pathname}${url.search}`, signal });
    if (response.statusCode !== 200) throw notThere(url, response.statusCode);
    for await (const chunk of response.body) {
      if (!(chunk instanceof Uint8Array)) continue;
      budget.take(chunk.length);
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBytes)
        throw new RectoError('file_too_large', `The page at ${url.host} has more than ${maxBytes} bytes.`);
    }
    return { bytes: shared(chunks, size), release: () => budget.giveBack(size) };
  } catch (error) {
    budget.giveBack(size);
    throw error;
  } finally {
    await client.destroy();
  }
}

function notThere(url: URL, status: number): RectoError {
  if (status >= 500) return unavailable(url, `it answered ${status}`);
  const hint = status < 400 ? 'redirects are not followed' : 'has the link expired?';
  return new RectoError('invalid_request', `The page cannot be fetched: ${url.host} answered ${status}; ${hint}`, {
    details: { status },
  });
}

/** Without the path and query of the URL: a signed one is a secret. */
const unavailable = (url: URL, why: string, cause?: unknown): RectoError =>
  new RectoError('dependency_unavailable', `The page at ${url.host} cannot be fetched now: ${why}.`, {
    cause,
    retryAfter: 2,
  });
const notAllowed = (why: string): RectoError =>
  new RectoError('url_not_allowed', `This URL is not allowed: ${why}. Use an https URL of a public host.`);
