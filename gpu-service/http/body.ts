import type { IncomingMessage } from 'node:http';
import { RectoError } from '../../shared/domain/errors.ts';

/** The whole body, at most `limit` bytes: else `body_too_large`, told from Content-Length where there is one. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  const tooLarge = (): RectoError =>
    new RectoError('body_too_large', `The request body is larger than ${limit} bytes; send fewer pages at once.`);
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  if (declared > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
