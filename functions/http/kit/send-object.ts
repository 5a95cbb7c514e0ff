import { attachment } from '#shared/domain/content-disposition.ts';
import { RectoError } from '#shared/domain/errors.ts';
import { parseRange } from './byte-range.ts';
import { matchesEtag } from './etag.ts';
import type { HttpContext } from './http-context.ts';

export interface Sendable {
  /** What the browser is to call it. */
  filename: string;
  mediaType: string;
  size: number;
  sha256: string;
  read(range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Streams stored bytes, whole or one range of them. Always as an attachment and never as a page of ours: what was
 * uploaded may be a script.
 */
export async function sendObject(c: HttpContext, object: Sendable): Promise<Response> {
  const { size } = object;
  const etag = `"${object.sha256}"`;
  const headers: Record<string, string> = {
    ...c.get('answerHeaders'),
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': attachment(object.filename),
  };
  if (matchesEtag(c.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  const ifRange = c.req.header('if-range');
  const range = ifRange === undefined || ifRange === etag ? parseRange(c.req.header('range'), size) : null;
  if (range === 'unsatisfiable') {
    c.get('answerHeaders')['content-range'] = `bytes */${size}`;
    throw new RectoError('range_not_satisfiable', `The file has ${size} bytes; ask for a range inside them.`);
  }
  headers['content-type'] = object.mediaType;
  headers['content-length'] = String(range === null ? size : range.end - range.start);
  if (range !== null) headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${size}`;
  const status = range === null ? 200 : 206;
  if (c.req.method === 'HEAD') return new Response(null, { status, headers });
  const body = await object.read(range ?? undefined);
  return new Response(ReadableStream.from(body), { status, headers });
}
