import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { RectoError } from '../../domain/errors.ts';
import { blockedName, blockedReason, isAddress } from '../../domain/outbound-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Delivery, DeliveryResult, Mailbox } from '../../ports/mailbox.ts';

/** Every address of a name. Rejects when it has none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

const MAX_READ_BYTES = 64 * 1024;
const MAX_URL_LENGTH = 2_048;
const BODY_START = 1_024;
const CONNECT_TIMEOUT_MS = 5_000;
const RESOLVE_TIMEOUT_MS = 5_000;
/** Set by the connection itself. */
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'te', 'trailer']);

const systemResolve: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

const notAllowed = (why: string, cause?: unknown): RectoError =>
  new RectoError(
    'url_not_allowed',
    `This URL is not allowed: ${why}. Use an http or https URL of a host with public addresses only, without user name or password.`,
    { cause },
  );
const failed = (why: string, cause?: unknown): RectoError =>
  new RectoError('delivery_failed', `The receiver gave no answer: ${why}. It is tried again later.`, { cause });

function parse(text: string): URL {
  if (text.length > MAX_URL_LENGTH) throw notAllowed(`it is longer than ${MAX_URL_LENGTH} characters`);
  const url = URL.parse(text);
  if (url === null) throw notAllowed('it cannot be parsed');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw notAllowed(`its scheme is ${url.protocol}`);
  if (url.username !== '' || url.password !== '') throw notAllowed('it carries a user name or password');
  return url;
}

/** Rejects with the signal's reason when it aborts first; what was waited for is left to itself. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'unknown';

/**
 * Delivers over HTTP/1.1, one connection a delivery. The host is resolved once; if any of its addresses is not public the
 * URL is refused; the connection can reach only the addresses that were checked, so a name that answers otherwise a second
 * time gains nothing. Waits are bounded (resolve and connect 5 s each, all of it `timeoutMs`), at most 64 kB of an answer are
 * read. `allowPrivate` drops the address rules: for tests and for demos on one machine.
 */
export function createMailbox(params: { clock: Clock; allowPrivate?: boolean; resolve?: Resolve }): Mailbox {
  const resolve = params.resolve ?? systemResolve;
  const allowPrivate = params.allowPrivate ?? false;

  const addressesOf = async (url: URL, signal: AbortSignal, unresolved: typeof failed): Promise<readonly string[]> => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!allowPrivate && blockedName(host)) throw notAllowed(`${host} names a host of a private network`);
    let addresses: readonly string[] = [host];
    if (!isAddress(host)) {
      try {
        addresses = await orAbort(resolve(host), AbortSignal.any([signal, AbortSignal.timeout(RESOLVE_TIMEOUT_MS)]));
      } catch (thrown) {
        throw unresolved(`${host} cannot be resolved (${codeOf(thrown)})`, thrown);
      }
    }
    if (addresses.length === 0) throw unresolved(`${host} has no address`);
    for (const address of addresses) {
      const reason = allowPrivate ? null : blockedReason(address);
      if (reason !== null) throw notAllowed(`${host} leads to ${address}, which is not public (${reason})`);
      if (isIP(address) === 0) throw notAllowed(`${host} leads to ${address}, which is not an address`);
    }
    return addresses;
  };

  const send = async (delivery: Delivery, url: URL, signal: AbortSignal): Promise<DeliveryResult> => {
    const addresses = (await addressesOf(url, signal, failed)).map((address) => ({ address, family: isIP(address) }));
    const [first] = addresses;
    const pinned: LookupFunction = (_hostname, options, callback) =>
      options.all ? callback(null, addresses) : callback(null, first?.address ?? '', first?.family);
    const client = new Client(url.origin, {
      connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, delivery.timeoutMs), lookup: pinned },
      headersTimeout: delivery.timeoutMs,
      bodyTimeout: delivery.timeoutMs,
      pipelining: 0,
    });
    const startedAt = params.clock.now();
    try {
      const response = await client.request({
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: Object.entries(delivery.headers)
          .filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()))
          .flat(),
        body: delivery.body,
        signal,
      });
      const bodyStart = await readStart(response.body);
      return {
        status: response.statusCode,
        bodyStart,
        durationMs: params.clock.now() - startedAt,
        retryAfter: retryAfter(response.headers['retry-after'], params.clock.now()),
      };
    } finally {
      await client.destroy();
    }
  };

  return {
    check: async (url) => {
      await addressesOf(parse(url), AbortSignal.timeout(RESOLVE_TIMEOUT_MS), notAllowed);
    },
    deliver: async (delivery, signal) => {
      const url = parse(delivery.url);
      const deadline = AbortSignal.timeout(delivery.timeoutMs);
      const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      try {
        return await send(delivery, url, either);
      } catch (thrown) {
        if (thrown instanceof RectoError) throw thrown;
        signal?.throwIfAborted();
        if (deadline.aborted) throw failed(`it took longer than ${delivery.timeoutMs} ms`, thrown);
        if (codeOf(thrown) === 'UND_ERR_INVALID_ARG')
          throw new RectoError('invalid_request', 'A header of the delivery has characters that HTTP forbids.', {
            cause: thrown,
          });
        throw failed(`the connection failed (${codeOf(thrown)})`, thrown);
      }
    },
  };
}

/** The first characters of at most 64 kB; the rest stays unread and the connection is closed. */
async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let read = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    read += chunk.length;
    if (text.length < BODY_START) text += decoder.decode(chunk, { stream: true });
    if (read >= MAX_READ_BYTES) break;
  }
  return (text + decoder.decode()).slice(0, BODY_START);
}

/** Seconds from now, of either form of Retry-After (RFC 9110, 10.2.3); null when it says neither. */
function retryAfter(header: string | string[] | undefined, now: number): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}
