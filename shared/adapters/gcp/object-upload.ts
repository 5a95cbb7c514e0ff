import { createHash, randomUUID } from 'node:crypto';
import { RectoError } from '../../domain/errors.ts';
import { abortable } from '../support/abortable.ts';
import { crc32c, crc32cBase64 } from '../support/crc32c.ts';
import { GoogleApiError, hasStatus } from './google-errors.ts';
import { backoffMs, realSleep } from './google-http.ts';
import type { NewObject, ObjectResource, Storage } from './storage-client.ts';

/** A multiple of 256 KiB, as Cloud Storage asks; bodies up to this size go in one request. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const MAX_FAILURES = 6;

/** Names one write among others to the same object, so that one whose answer was lost is known again. */
const WRITE_ID = 'recto-write';
export const SHA256 = 'recto-sha256';

export interface UploadParams {
  storage: Storage;
  object: Omit<NewObject, 'metadata'>;
  body: AsyncIterable<Uint8Array> | Uint8Array;
  maxBytes?: number | undefined;
  expectSha256?: string | undefined;
  signal?: AbortSignal | undefined;
  chunkBytes?: number;
}

export interface Uploaded {
  object: ObjectResource;
  sha256: string;
}

/**
 * Writes an object; nothing of it is visible before all of it has arrived and its checksums are right. Small bodies go in
 * one request; others through a resumable session whose last chunk is held back until the hash is known, so that a body that
 * is too large, fails or is not what was expected leaves nothing. Holds one chunk in memory.
 * Errors: `file_too_large`, `checksum_mismatch`, `GoogleApiError`; FAILED_PRECONDITION when the generation is another one.
 */
export async function upload(params: UploadParams): Promise<Uploaded> {
  const { storage, object, maxBytes, expectSha256, signal } = params;
  const chunkBytes = params.chunkBytes ?? CHUNK_BYTES;
  const hash = createHash('sha256');
  let crc = 0;
  let total = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let session: Session | null = null;
  const writeId = randomUUID();

  const take = (chunk: Uint8Array): void => {
    total += chunk.length;
    if (maxBytes !== undefined && total > maxBytes)
      throw new RectoError('file_too_large', `The file has more than ${maxBytes} bytes, the most that is taken here.`, {
        details: { maxBytes },
      });
    hash.update(chunk);
    crc = crc32c(chunk, crc);
    waiting.push(chunk);
    waitingBytes += chunk.length;
  };
  const joined = (): Buffer => {
    const all = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    return all;
  };

  try {
    for await (const chunk of abortable(params.body instanceof Uint8Array ? [params.body] : params.body, signal)) {
      take(chunk);
      if (waitingBytes <= chunkBytes) continue;
      // More than one chunk: the whole ones go, what is left waits, and never is nothing.
      session ??= createSession(
        storage,
        await storage.begin({ ...object, metadata: { [WRITE_ID]: writeId } }, signal),
        signal,
      );
      const bytes = joined();
      const whole = Math.floor((bytes.length - 1) / chunkBytes) * chunkBytes;
      for (let at = 0; at < whole; at += chunkBytes) await session.send(bytes.subarray(at, at + chunkBytes), null);
      waiting = [bytes.subarray(whole)];
      waitingBytes = bytes.length - whole;
    }
    signal?.throwIfAborted();
    const sha256 = hash.digest('hex');
    if (expectSha256 !== undefined && expectSha256 !== sha256)
      throw new RectoError(
        'checksum_mismatch',
        'The bytes that arrived are not those that were announced. Send them again.',
        {
          details: { sha256 },
        },
      );
    const checksum = crc32cBase64(crc);
    if (session === null) {
      const whole = { ...object, metadata: { [WRITE_ID]: writeId, [SHA256]: sha256 } };
      return { object: await insertOnce(storage, whole, joined(), checksum, signal), sha256 };
    }
    const done = await session.finish(joined(), total, checksum);
    if (done.crc32c !== undefined && done.crc32c !== checksum) {
      await storage.delete(object.bucket, object.name, done.generation);
      throw new RectoError('checksum_mismatch', 'The bytes were changed on their way to the store. Send them again.');
    }
    return { object: done, sha256 };
  } catch (thrown) {
    // A session that stays behind shows nothing and is dropped after a week: its end must not hide what went wrong.
    if (session !== null) await session.cancel();
    throw thrown;
  }
}

/** A repeated request finds the object that its lost predecessor wrote. */
async function insertOnce(
  storage: Storage,
  object: NewObject,
  body: Uint8Array,
  checksum: string,
  signal: AbortSignal | undefined,
): Promise<ObjectResource> {
  let repeated = false;
  try {
    return await storage.insert(
      object,
      body,
      checksum,
      () => {
        repeated = true;
      },
      signal,
    );
  } catch (thrown) {
    if (!repeated || !hasStatus(thrown, 'FAILED_PRECONDITION')) throw thrown;
    const found = await storage.get(object.bucket, object.name);
    if (found === null || found.metadata?.[WRITE_ID] !== object.metadata[WRITE_ID]) throw thrown;
    return found;
  }
}

interface Session {
  send(bytes: Uint8Array, total: number | null, checksum?: string): Promise<ObjectResource | null>;
  finish(bytes: Uint8Array, total: number, checksum: string): Promise<ObjectResource>;
  cancel(): Promise<void>;
}

function createSession(storage: Storage, url: string, signal: AbortSignal | undefined): Session {
  let start = 0;
  /** Until all of `bytes` are kept: what breaks is asked about and goes on from where it stands. */
  async function send(bytes: Uint8Array, total: number | null, checksum?: string): Promise<ObjectResource | null> {
    const end = start + bytes.length;
    let from = start;
    for (let failures = 0; ; ) {
      try {
        const part = { bytes: bytes.subarray(from - start), start: from, total };
        const done = await storage.append(url, checksum === undefined ? part : { ...part, crc32c: checksum }, signal);
        if ('object' in done) return done.object;
        if (done.kept >= end) {
          start = end;
          return null;
        }
        from = Math.max(from, done.kept);
        failures++;
      } catch (thrown) {
        if (!(thrown instanceof GoogleApiError) || !thrown.transient || ++failures >= MAX_FAILURES) throw thrown;
        await realSleep(backoffMs(failures - 1, Math.random, thrown.retryAfter), signal);
        const done = await storage.progress(url, signal);
        if ('object' in done) return done.object;
        if (done.kept < start) throw thrown;
        from = done.kept;
        if (from >= end && total === null) {
          start = end;
          return null;
        }
      }
      if (failures >= MAX_FAILURES)
        throw new GoogleApiError({
          service: 'Cloud Storage',
          httpStatus: 0,
          status: 'UNAVAILABLE',
          message: 'the upload does not get on',
        });
    }
  }
  return {
    send,
    finish: async (bytes, total, checksum) => {
      const object = await send(bytes, total, checksum);
      if (object !== null) return object;
      throw new GoogleApiError({
        service: 'Cloud Storage',
        httpStatus: 308,
        status: 'INTERNAL',
        message: 'all was sent and the upload did not end',
      });
    },
    cancel: async () => {
      await storage.cancel(url).catch((thrown: unknown) => {
        if (!(thrown instanceof GoogleApiError)) throw thrown;
      });
    },
  };
}
