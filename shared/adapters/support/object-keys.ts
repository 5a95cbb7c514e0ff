import { RectoError } from '../../domain/errors.ts';

export const MAX_KEY_BYTES = 1024;
/** A segment is a file name where objects are files, and file systems end there. */
export const MAX_SEGMENT_BYTES = 255;

const CONTROL = /\p{Cc}/u;

const refuse = (why: string): never => {
  throw new RectoError(
    'invalid_request',
    `The object key is not allowed: ${why}. Use 1 to ${MAX_KEY_BYTES} bytes of UTF-8, segments separated by "/", none of them empty, "." or "..".`,
  );
};

function checkText(text: string): void {
  if (!text.isWellFormed()) refuse('it is not valid Unicode');
  if (Buffer.byteLength(text) > MAX_KEY_BYTES) refuse(`it is longer than ${MAX_KEY_BYTES} bytes`);
  if (CONTROL.test(text)) refuse('it has control characters');
}

function checkSegment(segment: string): void {
  if (segment === '' || segment === '.' || segment === '..') refuse('it has an empty, "." or ".." segment');
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) refuse(`a segment is longer than ${MAX_SEGMENT_BYTES} bytes`);
}

/** The rules of every object key, whatever store holds it. The segments; `invalid_request` says which rule was broken. */
export function keySegments(key: string): readonly string[] {
  if (key === '') refuse('it is empty');
  checkText(key);
  const segments = key.split('/');
  for (const segment of segments) checkSegment(segment);
  return segments;
}

/** Like a key, but may be empty, end in "/" or inside a segment. Its whole segments and the start of the last one. */
export function prefixSegments(prefix: string): { folders: readonly string[]; start: string } {
  checkText(prefix);
  const folders = prefix.split('/');
  const start = folders.pop() ?? '';
  for (const segment of folders) checkSegment(segment);
  return { folders, start };
}

/** Order of keys in a listing: by their bytes. */
export const compareKeys = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));
