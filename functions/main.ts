import { channel } from 'node:diagnostics_channel';
import { IncomingMessage, type ServerResponse } from 'node:http';
import { http } from '@google-cloud/functions-framework';

/** Answers one request; what it rejects with becomes a 500 of the framework. */
export type Handle = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** What every function's bundle registers (`ENTRY_POINT` of infra). */
const ENTRY_POINT = 'handle';
const LENGTHS = ['content-length', 'transfer-encoding'] as const;

const underWay = new Set<Promise<void>>();

/** Resolves when every request that is under way has been answered, whichever way. */
export const answered = async (): Promise<void> => void (await Promise.allSettled(underWay));

/**
 * Registers a function with the functions framework, which starts the server. The framework would read every body into
 * memory and answer JSON that it cannot parse by itself: bodies are left to `handle`, as streams. It leaves alone a request
 * whose headers tell of no body, so those are hidden from it and put back.
 */
export function register(handle: Handle): void {
  const hidden = new WeakMap<IncomingMessage, Record<string, string>>();
  channel('http.server.request.start').subscribe((message) => {
    const request = typeof message === 'object' && message !== null && 'request' in message ? message.request : null;
    if (!(request instanceof IncomingMessage)) return;
    const kept: Record<string, string> = {};
    for (const name of LENGTHS) {
      const value = request.headers[name];
      if (value !== undefined) kept[name] = value;
      delete request.headers[name];
    }
    hidden.set(request, kept);
  });
  http(ENTRY_POINT, async (req, res) => {
    Object.assign(req.headers, hidden.get(req));
    const handling = handle(req, res);
    underWay.add(handling);
    await handling.finally(() => underWay.delete(handling));
  });
}
