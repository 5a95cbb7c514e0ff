import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { RectoError } from '#shared/domain/errors.ts';
import { matchesEtag } from './etag.ts';
import type { HttpContext } from './http-context.ts';
import { PAGE_POLICY } from './security-headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** A page of our own from a folder of the program: known types only, nothing outside the folder, no hidden files. */
export async function sendFile(c: HttpContext, folder: string, name: string): Promise<Response> {
  const type = TYPES[path.extname(name)];
  const harmless = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(name);
  const file = path.join(folder, name);
  const found = type !== undefined && harmless ? await stat(file).catch(() => null) : null;
  if (type === undefined || found === null || !found.isFile())
    throw new RectoError('not_found', 'There is nothing at this path.');
  const etag = `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`;
  const headers = pageHeaders(c, type, etag);
  if (matchesEtag(c.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  if (c.req.method === 'HEAD') return new Response(null, { headers });
  return new Response(ReadableStream.from(Readable.from(createReadStream(file))), {
    headers: { ...headers, 'content-length': String(found.size) },
  });
}

export const pageHeaders = (c: HttpContext, type: string, etag?: string): Record<string, string> => ({
  ...c.get('answerHeaders'),
  'content-type': type,
  'content-security-policy': PAGE_POLICY,
  'cache-control': 'no-cache',
  ...(etag === undefined ? {} : { etag }),
});
