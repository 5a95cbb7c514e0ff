import { createReadStream } from 'node:fs';
import { open, stat, statfs } from 'node:fs/promises';
import { RectoError } from '../../../domain/errors.ts';
import type { ByteSource } from '../../../ports/converter.ts';

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Names a full disk; everything else passes unchanged. */
export function asStorageError(error: unknown): unknown {
  if (!['ENOSPC', 'EDQUOT', 'EFBIG'].some((code) => hasCode(error, code))) return error;
  return storageFull(error);
}

export const storageFull = (cause: unknown): RectoError =>
  new RectoError('storage_full', 'The disk for temporary files is full; free some space, then it goes on by itself.', {
    cause,
    retryAfter: 5,
  });

const FULL_BYTES = 1024 * 1024;

/** Whether a failure may come of a lack of room: Office says that a document is damaged when it cannot write. */
export async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < FULL_BYTES;
}

/** Writes a source's bytes to a file of our choosing. */
export async function stage(source: ByteSource, file: string, signal?: AbortSignal): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw asStorageError(error);
  });
  try {
    for await (const chunk of await source.open()) {
      signal?.throwIfAborted();
      await handle.write(chunk);
    }
  } catch (error) {
    throw asStorageError(error);
  } finally {
    await handle.close();
  }
}

/** A finished file as a stream; `done` runs once it was read, given up, or failed. */
export async function* unstage(file: string, done: () => Promise<void>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) yield chunk as Uint8Array;
  } finally {
    await done();
  }
}

/** `conversion_failed` when what was written is larger than allowed. */
export async function checkOutput(file: string, maxOutputBytes: number): Promise<void> {
  const { size } = await stat(file);
  if (size <= maxOutputBytes) return;
  throw new RectoError(
    'conversion_failed',
    `The PDF would have ${size} bytes; at most ${maxOutputBytes} are written. Split the document and send the parts.`,
    { details: { size, maxOutputBytes } },
  );
}
