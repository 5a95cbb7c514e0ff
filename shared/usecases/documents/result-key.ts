import { createHash } from 'node:crypto';

/** Id of a reusable result: the same bytes, read as the same type, under the same configuration. */
export function resultKey(sha256: string, mediaType: string, configRevision: string): string {
  return createHash('sha256').update(`${sha256}:${mediaType}:${configRevision}`).digest('hex');
}
