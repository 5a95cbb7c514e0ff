import { createHash } from 'node:crypto';
import { type FileHandle, rm } from 'node:fs/promises';
import path from 'node:path';
import { RectoError } from '../../domain/errors.ts';
import { tenantIdSchema } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BucketName, ObjectInfo, ObjectStore } from '../../ports/object-store.ts';
import { keySegments } from '../support/object-keys.ts';
import {
  createTree,
  derivedGeneration,
  isAbsent,
  type ObjectMeta,
  readMeta,
  signatureOf,
  syncFolder,
  type Tree,
} from './object-files.ts';
import { listKeys } from './object-list.ts';
import { createObjectWriter, type WriteBytes } from './object-writer.ts';
import { type SignedClaims, signClaims, verifyClaims } from './signed-objects.ts';
import { storageError } from './sqlite.ts';

const CHUNK_BYTES = 256 * 1024;
const UNKNOWN_TYPE = 'application/octet-stream';
/** A file may change again within one tick of its time stamp; younger ones are hashed anew each time. */
const SETTLED_MS = 2_000;
const MAX_LIST = 1_000;
const MAX_SIGNED_SECONDS = 7 * 24 * 3600;

interface Place {
  bucket: BucketName;
  key: string;
  segments: readonly string[];
  objects: Tree;
  metas: Tree;
}

export interface EmbeddedObjectStore {
  forTenant(tenantId: string): ObjectStore;
  /** For the route `/_objects/<token>`: what its bearer may do, and the store to do it with. Errors: `forbidden`, `upload_expired`. */
  openSigned(token: string): { claims: SignedClaims; objects: ObjectStore };
  verifySignedObject(token: string): SignedClaims;
  /** Waits for writes that are becoming visible. */
  close(): Promise<void>;
}

/**
 * Objects as plain files: `<root>/buckets/<bucket>/<tenant>/<key>`, what else is known of them in side files of the same
 * name under `<root>/meta`. People may drop files into the incoming bucket; a file that has no (or an outdated) side file
 * gets its hash computed when asked for, and a generation derived from inode, time and size.
 *
 * How a write becomes visible and durable, and which fsyncs that takes: `createObjectWriter`. Preconditions hold among all
 * callers in this process; processes that share a root write
 * different keys. Symbolic links inside a bucket are never followed. Beyond the
 * port's errors: `conflict` when a key is the folder of another one, `contention` when a file changes while it is read.
 */
export function createObjectStore(params: {
  root: string;
  clock: Clock;
  signingKey: Uint8Array;
  /** Origin of signed URLs, without a slash at its end. */
  baseUrl: () => string;
  /** Folder for files that are being written, on the same file system; emptied now. One for each process. Default `<root>/tmp`. */
  temporary?: string;
  write?: WriteBytes;
}): EmbeddedObjectStore {
  const { root, clock } = params;
  const writer = createObjectWriter({ temporary: params.temporary ?? path.join(root, 'tmp'), write: params.write });
  const locks = new Map<string, Promise<unknown>>();
  let lastGeneration = 0n;

  const withLock = async <T>(place: Place, fn: () => Promise<T>): Promise<T> => {
    const name = place.objects.fileOf(place.segments);
    const run = (locks.get(name) ?? Promise.resolve()).then(fn);
    const tail = run.catch(() => undefined).finally(() => locks.get(name) === tail && locks.delete(name));
    locks.set(name, tail);
    return run;
  };

  const nextGeneration = (bucket: BucketName, signature: string, before: ObjectMeta | null): string => {
    if (bucket === 'incoming') return derivedGeneration(signature);
    const floor = before === null ? lastGeneration : BigInt(before.generation);
    const now = BigInt(clock.now()) * 1_000n;
    lastGeneration = [now, floor + 1n, lastGeneration + 1n].reduce((a, b) => (a > b ? a : b));
    return lastGeneration.toString();
  };

  const metaFor = async (place: Place, signature: string): Promise<ObjectMeta | null> => {
    const found = (await readMeta(place.metas.fileOf(place.segments))).findLast((meta) => meta.signature === signature);
    return found ?? null;
  };

  const infoFrom = (place: Place, size: number, meta: ObjectMeta): ObjectInfo => ({
    bucket: place.bucket,
    key: place.key,
    size,
    sha256: meta.sha256,
    mediaType: meta.mediaType,
    generation: meta.generation,
    updatedAt: meta.updatedAt,
  });

  /** What is known, else what the bytes tell. */
  const infoOf = async (place: Place): Promise<{ info: ObjectInfo; signature: string } | null> => {
    const stat = await place.objects.stat(place.segments);
    if (stat === null) return null;
    const known = await metaFor(place, signatureOf(stat));
    if (known !== null) return { info: infoFrom(place, Number(stat.size), known), signature: known.signature };
    const opened = await place.objects.open(place.segments);
    if (opened === null) return null;
    const hash = createHash('sha256');
    for await (const chunk of readFrom(opened, 0, Number(opened.stat.size))) hash.update(chunk);
    const signature = signatureOf(opened.stat);
    const meta: ObjectMeta = {
      signature,
      sha256: hash.digest('hex'),
      mediaType: UNKNOWN_TYPE,
      generation: derivedGeneration(signature),
      updatedAt: Number(opened.stat.mtimeMs),
    };
    // The machine's time, not the port's: it is compared with the file system's.
    if (Date.now() - meta.updatedAt > SETTLED_MS)
      await withLock(place, async () => {
        const now = await place.objects.stat(place.segments);
        if (now !== null && signatureOf(now) === signature) await writer.remember(meta, place.segments, place.metas);
      });
    return { info: infoFrom(place, Number(opened.stat.size), meta), signature };
  };

  const generationOf = async (place: Place): Promise<string | null> => {
    const stat = await place.objects.stat(place.segments);
    if (stat === null) return null;
    const signature = signatureOf(stat);
    return (await metaFor(place, signature))?.generation ?? derivedGeneration(signature);
  };

  const checkGeneration = async (place: Place, expected: string | undefined): Promise<void> => {
    if (expected === undefined) return;
    const current = (await generationOf(place)) ?? '0';
    if (current !== expected)
      throw new RectoError(
        'precondition_failed',
        `The object is at generation ${current}, not ${expected}: someone else wrote it. Read it again and decide anew.`,
        { details: { generation: current } },
      );
  };

  /** The caller has staged; this makes it visible. */
  const publish = async (
    place: Place,
    staged: { file: string; size: number; sha256: string; signature: string },
    mediaType: string,
    ifGeneration: string | undefined,
  ): Promise<ObjectInfo> =>
    withLock(place, async () => {
      try {
        await checkGeneration(place, ifGeneration);
        const before = (await readMeta(place.metas.fileOf(place.segments))).at(-1) ?? null;
        const meta: ObjectMeta = {
          signature: staged.signature,
          sha256: staged.sha256,
          mediaType,
          generation: nextGeneration(place.bucket, staged.signature, before),
          updatedAt: clock.now(),
        };
        await writer.commit(staged, meta, place.segments, place);
        return infoFrom(place, staged.size, meta);
      } finally {
        // Also after success: renaming one link of a file over another leaves both.
        await writer.discard(staged);
      }
    });

  const remove = async (place: Place, ifGeneration: string | undefined): Promise<string | null> =>
    withLock(place, async () => {
      if ((await place.objects.stat(place.segments)) === null) return null;
      await checkGeneration(place, ifGeneration);
      await rm(place.objects.fileOf(place.segments), { force: true });
      await rm(place.metas.fileOf(place.segments), { force: true });
      return path.dirname(place.objects.fileOf(place.segments));
    });

  const forTenant = (tenantId: string): ObjectStore => {
    const tenant = tenantIdSchema.parse(tenantId);
    const treesOf = (bucket: BucketName) => ({
      objects: createTree(path.join(root, 'buckets', bucket, tenant)),
      metas: createTree(path.join(root, 'meta', bucket, tenant)),
    });
    const trees = { incoming: treesOf('incoming'), documents: treesOf('documents'), artifacts: treesOf('artifacts') };
    const placeOf = (bucket: BucketName, key: string): Place => ({
      bucket,
      key,
      segments: keySegments(key),
      ...trees[bucket],
    });

    /** Makes deletions durable: fsyncs the folders, then drops those that are empty. */
    const afterRemoval = async (places: readonly Place[], folders: ReadonlySet<string>): Promise<void> => {
      for (const folder of folders)
        await syncFolder(folder).catch((thrown: unknown) => {
          if (!isAbsent(thrown)) throw thrown;
        });
      for (const place of places) {
        await place.objects.pruneFolders(place.segments);
        await place.metas.pruneFolders(place.segments);
      }
    };

    const store: ObjectStore = {
      put: async ({ bucket, key, body, mediaType, ifGeneration, maxBytes, expectSha256, signal }) => {
        const place = placeOf(bucket, key);
        await checkGeneration(place, ifGeneration);
        const staged = await writer.stage({ body, maxBytes, expectSha256, signal });
        return publish(place, staged, mediaType, ifGeneration);
      },

      head: async ({ bucket, key }) => (await infoOf(placeOf(bucket, key)))?.info ?? null,

      get: async ({ bucket, key, range, signal }) => {
        const place = placeOf(bucket, key);
        const found = await infoOf(place);
        if (found === null) return null;
        const { info, signature } = found;
        const start = Math.min(Math.max(range?.start ?? 0, 0), info.size);
        const end = Math.max(start, Math.min(range?.end ?? info.size, info.size));
        // Opened when the reading begins, so that a body nobody reads holds no file open.
        const body = async function* (): AsyncGenerator<Uint8Array> {
          const opened = await place.objects.open(place.segments);
          if (opened === null || signatureOf(opened.stat) !== signature) {
            await opened?.handle.close();
            throw changed();
          }
          yield* readFrom(opened, start, end, signal);
        };
        return { info, body: body() };
      },

      copy: async ({ from, to }) => {
        const source = placeOf(from.bucket, from.key);
        const target = placeOf(to.bucket, to.key);
        const found = await infoOf(source);
        if (found === null) return null;
        // Files in the incoming bucket may be rewritten in place by whoever dropped them: those bytes are never shared.
        const shareable = from.bucket !== 'incoming' && to.bucket !== 'incoming';
        const linked = shareable ? await writer.stageLink(source.objects.fileOf(source.segments)) : null;
        if (linked !== null && linked.signature === found.signature) {
          const { size, sha256, mediaType } = found.info;
          return publish(target, { ...linked, size, sha256 }, mediaType, undefined);
        }
        if (linked !== null) await writer.discard(linked);
        const read = await store.get(from);
        return read === null ? null : store.put({ ...to, body: read.body, mediaType: read.info.mediaType });
      },

      list: async ({ bucket, prefix = '', limit = 100, cursor = null }) => {
        const wanted = Math.min(Math.max(1, Math.trunc(limit)), MAX_LIST);
        const objects: ObjectInfo[] = [];
        for await (const key of listKeys(trees[bucket].objects, prefix, cursor)) {
          if (objects.length === wanted) return { objects, nextCursor: encodeCursor(objects.at(-1)?.key ?? '') };
          const info = await store.head({ bucket, key });
          if (info !== null) objects.push(info);
        }
        return { objects, nextCursor: null };
      },

      delete: async ({ bucket, key, ifGeneration }) => {
        const place = placeOf(bucket, key);
        const folder = await remove(place, ifGeneration);
        if (folder === null) return false;
        await afterRemoval([place], new Set([folder]));
        return true;
      },

      deletePrefix: async ({ bucket, prefix }) => {
        let count = 0;
        for (;;) {
          const places: Place[] = [];
          for await (const key of listKeys(trees[bucket].objects, prefix, null)) {
            if (places.length === MAX_LIST) break;
            places.push(placeOf(bucket, key));
          }
          const folders = new Set<string>();
          for (const place of places) {
            const folder = await remove(place, undefined);
            if (folder === null) continue;
            folders.add(folder);
            count++;
          }
          await afterRemoval(places, folders);
          if (places.length < MAX_LIST) return count;
        }
      },

      signUrl: async ({ method, bucket, key, mediaType, maxBytes, expiresInSeconds, downloadName }) => {
        keySegments(key);
        if (!(expiresInSeconds > 0 && expiresInSeconds <= MAX_SIGNED_SECONDS))
          throw new RectoError(
            'invalid_request',
            `A link is valid for 1 to ${MAX_SIGNED_SECONDS} seconds; ${expiresInSeconds} were asked for.`,
          );
        const expiresAt = clock.now() + expiresInSeconds * 1000;
        const token = signClaims(params.signingKey, {
          tenantId,
          method,
          bucket,
          key,
          mediaType: mediaType ?? null,
          maxBytes: maxBytes ?? null,
          downloadName: downloadName ?? null,
          expiresAt,
        });
        const headers: Record<string, string> =
          method === 'PUT' && mediaType !== undefined ? { 'content-type': mediaType } : {};
        return { method, url: `${params.baseUrl()}/_objects/${token}`, headers, expiresAt };
      },
    };
    return store;
  };

  const verifySignedObject = (token: string): SignedClaims => verifyClaims(params.signingKey, token, clock.now());
  return {
    forTenant,
    verifySignedObject,
    openSigned: (token) => {
      const claims = verifySignedObject(token);
      return { claims, objects: forTenant(claims.tenantId) };
    },
    close: async () => void (await Promise.all(locks.values())),
  };
}

const encodeCursor = (key: string): string => Buffer.from(key).toString('base64url');
// Without its key: that of a dropped file is its name, which messages and logs do not tell.
const changed = (): RectoError =>
  new RectoError('contention', 'The object changed while it was read. Read it again.', { retryAfter: 1 });

/** The bytes from `start` to `end`; closes the file at the end, however it comes. Fails if the file changed under the reader. */
async function* readFrom(
  opened: { handle: FileHandle; stat: Parameters<typeof signatureOf>[0] },
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { handle, stat } = opened;
  try {
    let position = start;
    while (position < end) {
      signal?.throwIfAborted();
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - position));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    if (position < end || signatureOf(await handle.stat({ bigint: true })) !== signatureOf(stat)) throw changed();
  } catch (thrown) {
    throw storageError(thrown);
  } finally {
    await handle.close();
  }
}
