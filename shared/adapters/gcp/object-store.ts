import { createHash } from 'node:crypto';
import { attachment } from '../../domain/content-disposition.ts';
import { RectoError } from '../../domain/errors.ts';
import { tenantIdSchema } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BucketName, ObjectInfo, ObjectStore } from '../../ports/object-store.ts';
import { keySegments, prefixSegments } from '../support/object-keys.ts';
import { coded, hasStatus } from './google-errors.ts';
import { readObject } from './object-read.ts';
import { SHA256, upload } from './object-upload.ts';
import { signUrlV4, type UrlSigner } from './signed-url.ts';
import type { ObjectResource, Storage } from './storage-client.ts';

const UNKNOWN_TYPE = 'application/octet-stream';
const MAX_LIST = 1_000;
const MAX_SIGNED_SECONDS = 7 * 24 * 3600;
/** Of an object's name: tenant, slash and key. */
const MAX_NAME_BYTES = 1_024;
/** Requests at once where many objects are described or deleted. */
const PARALLEL = 16;

/** A hash found by reading, bound to the generation that was read: who drops a file cannot know its generation beforehand. */
const SHA256_OF_GENERATION = 'recto-sha256-of';

export interface GcsOptions {
  storage: Storage;
  clock: Clock;
  /** The bucket of each purpose. */
  buckets: Readonly<Record<BucketName, string>>;
  signer: UrlSigner;
  /** Origin of signed URLs, without a slash at its end. */
  signedOrigin: string;
}

/**
 * Objects in Cloud Storage as `<tenant>/<key>`, generations as the port's. The SHA-256 goes along as metadata; of an object
 * that somebody else wrote it is computed when first asked for and noted. Names in Cloud Storage have at most 1,024 bytes with
 * the tenant's id: a key that is longer by that much is refused (`invalid_request`).
 */
export function createObjectStore(options: GcsOptions): { forTenant(tenantId: string): ObjectStore } {
  const { storage, clock, buckets } = options;

  const forTenant = (tenantId: string): ObjectStore => {
    const root = `${tenantIdSchema.parse(tenantId)}/`;
    const nameOf = (key: string): string => {
      keySegments(key);
      const name = root + key;
      if (Buffer.byteLength(name) > MAX_NAME_BYTES)
        throw new RectoError(
          'invalid_request',
          `The key is too long: with its tenant it has more than ${MAX_NAME_BYTES} bytes.`,
        );
      return name;
    };

    const noted = (bucket: BucketName, { generation, metadata }: ObjectResource): string | null => {
      const [of, sha256] = metadata?.[SHA256_OF_GENERATION]?.split(':') ?? [];
      if (of === generation && sha256 !== undefined) return sha256;
      // Into the other buckets only this platform writes.
      return bucket === 'incoming' ? null : (metadata?.[SHA256] ?? null);
    };
    const infoFrom = (bucket: BucketName, object: ObjectResource, sha256: string): ObjectInfo => ({
      bucket,
      key: object.name.slice(root.length),
      size: object.size,
      sha256,
      mediaType: object.contentType ?? UNKNOWN_TYPE,
      generation: object.generation,
      updatedAt: Date.parse(object.timeCreated ?? '') || clock.now(),
    });
    const note = (
      bucket: BucketName,
      { name, generation, metadata }: ObjectResource,
      sha256: string,
    ): Promise<boolean> =>
      storage.remember(buckets[bucket], name, generation, {
        ...metadata,
        [SHA256_OF_GENERATION]: `${generation}:${sha256}`,
      });

    /** What is noted, else what the bytes tell; null when it is gone meanwhile. */
    async function describe(bucket: BucketName, object: ObjectResource): Promise<ObjectInfo | null> {
      const known = noted(bucket, object);
      if (known !== null) return infoFrom(bucket, object, known);
      const hash = createHash('sha256');
      try {
        for await (const chunk of readObject(storage, buckets[bucket], object, 0, object.size)) hash.update(chunk);
      } catch (thrown) {
        if (thrown instanceof RectoError && thrown.code === 'contention') return null;
        throw thrown;
      }
      const sha256 = hash.digest('hex');
      await note(bucket, object, sha256);
      return infoFrom(bucket, object, sha256);
    }

    async function head({ bucket, key }: { bucket: BucketName; key: string }): Promise<ObjectInfo | null> {
      const name = nameOf(key);
      const object = await coded(() => storage.get(buckets[bucket], name));
      return object === null ? null : coded(() => describe(bucket, object));
    }

    async function listed(
      bucket: BucketName,
      prefix: string,
      after: string | null,
      limit: number,
    ): Promise<ObjectResource[]> {
      // The first one may be the last of the page before.
      const from = after === null ? null : root + after;
      const found = await coded(() => storage.list(buckets[bucket], root + prefix, from, limit + 1));
      return found.filter(({ name }) => name !== from && isKey(name.slice(root.length))).slice(0, limit);
    }

    return {
      put: async ({ bucket, key, body, mediaType, ifGeneration, maxBytes, expectSha256, signal }) => {
        const object = { bucket: buckets[bucket], name: nameOf(key), contentType: mediaType, ifGeneration };
        try {
          const done = await upload({ storage, object, body, maxBytes, expectSha256, signal });
          const written = { ...done.object, contentType: mediaType };
          if (noted(bucket, done.object) === null) await note(bucket, done.object, done.sha256);
          return infoFrom(bucket, written, done.sha256);
        } catch (thrown) {
          if (hasStatus(thrown, 'FAILED_PRECONDITION')) throw await changedMeanwhile(bucket, key, ifGeneration);
          return coded(() => Promise.reject(thrown));
        }
      },

      head,

      get: async ({ bucket, key, range, signal }) => {
        const info = await head({ bucket, key });
        if (info === null) return null;
        const start = Math.min(Math.max(range?.start ?? 0, 0), info.size);
        const end = Math.max(start, Math.min(range?.end ?? info.size, info.size));
        const object = { name: nameOf(key), generation: info.generation };
        return { info, body: readObject(storage, buckets[bucket], object, start, end, signal) };
      },

      copy: async ({ from, to }) => {
        const target = { bucket: buckets[to.bucket], name: nameOf(to.key) };
        for (let tries = 1; ; tries++) {
          const info = await head(from);
          if (info === null) return null;
          const source = { bucket: buckets[from.bucket], name: nameOf(from.key), generation: info.generation };
          const metadata = { [SHA256]: info.sha256 };
          const copied = await coded(() =>
            storage.rewrite(source, { ...target, contentType: info.mediaType, metadata }),
          );
          if (copied !== null) {
            if (noted(to.bucket, copied) === null) await coded(() => note(to.bucket, copied, info.sha256));
            return infoFrom(to.bucket, { ...copied, contentType: info.mediaType }, info.sha256);
          }
          if (tries === 3) throw changed();
        }
      },

      list: async ({ bucket, prefix = '', limit = 100, cursor = null }) => {
        const wanted = Math.min(Math.max(1, Math.trunc(limit)), MAX_LIST);
        prefixSegments(prefix);
        const found = await listed(bucket, prefix, cursor === null ? null : readCursor(cursor), wanted + 1);
        const page = found.slice(0, wanted);
        const objects = await inParallel(page, (object) => coded(() => describe(bucket, object)));
        const last = page.at(-1);
        const more = found.length > wanted && last !== undefined;
        return {
          objects: objects.filter((info) => info !== null),
          nextCursor: more ? Buffer.from(last.name.slice(root.length)).toString('base64url') : null,
        };
      },

      delete: async ({ bucket, key, ifGeneration }) => {
        const name = nameOf(key);
        try {
          return await storage.delete(buckets[bucket], name, ifGeneration);
        } catch (thrown) {
          if (hasStatus(thrown, 'FAILED_PRECONDITION')) throw await changedMeanwhile(bucket, key, ifGeneration);
          return coded(() => Promise.reject(thrown));
        }
      },

      deletePrefix: async ({ bucket, prefix }) => {
        prefixSegments(prefix);
        let count = 0;
        for (;;) {
          const found = await listed(bucket, prefix, null, MAX_LIST - 1);
          const gone = await inParallel(found, ({ name }) => coded(() => storage.delete(buckets[bucket], name)));
          count += gone.filter(Boolean).length;
          if (found.length < MAX_LIST - 1) return count;
        }
      },

      signUrl: async ({ method, bucket, key, mediaType, maxBytes, expiresInSeconds, downloadName }) => {
        const name = nameOf(key);
        if (!(expiresInSeconds > 0 && expiresInSeconds <= MAX_SIGNED_SECONDS))
          throw new RectoError(
            'invalid_request',
            `A link is valid for 1 to ${MAX_SIGNED_SECONDS} seconds; ${expiresInSeconds} were asked for.`,
          );
        const now = clock.now();
        const seconds = Math.max(1, Math.trunc(expiresInSeconds));
        const headers: Record<string, string> = {};
        if (method === 'PUT' && mediaType !== undefined) headers['content-type'] = mediaType;
        if (method === 'PUT' && maxBytes !== undefined) headers['x-goog-content-length-range'] = `0,${maxBytes}`;
        const query: Record<string, string> = {};
        if (method === 'GET' && downloadName !== undefined)
          query['response-content-disposition'] = attachment(downloadName);
        if (method === 'GET' && mediaType !== undefined) query['response-content-type'] = mediaType;
        const url = await coded(() =>
          signUrlV4(options.signer, {
            method,
            origin: options.signedOrigin,
            bucket: buckets[bucket],
            name,
            headers,
            query,
            now,
            expiresInSeconds: seconds,
          }),
        );
        return { method, url, headers, expiresAt: now + seconds * 1000 };
      },
    };

    async function changedMeanwhile(
      bucket: BucketName,
      key: string,
      expected: string | undefined,
    ): Promise<RectoError> {
      const current = await coded(() => storage.get(buckets[bucket], nameOf(key)));
      const generation = current?.generation ?? '0';
      return new RectoError(
        'precondition_failed',
        `The object is at generation ${generation}, not ${expected}: someone else wrote it. Read it again and decide anew.`,
        { details: { generation } },
      );
    }
  };
  return { forTenant };
}

// Without its key: that of a dropped file is its name, which messages and logs do not tell.
const changed = (): RectoError =>
  new RectoError('contention', 'The object changed while it was copied. Copy it again.', { retryAfter: 1 });

/** Names that others wrote may be no keys of ours: they are not shown. */
function isKey(key: string): boolean {
  try {
    keySegments(key);
    return true;
  } catch (thrown) {
    if (thrown instanceof RectoError) return false;
    throw thrown;
  }
}

function readCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!isKey(key) || Buffer.from(key).toString('base64url') !== cursor)
    throw new RectoError(
      'invalid_page_token',
      'The page token does not belong to this list, or is damaged. Start again without it.',
    );
  return key;
}

async function inParallel<T, R>(items: readonly T[], fn: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += PARALLEL)
    results.push(...(await Promise.all(items.slice(at, at + PARALLEL).map(fn))));
  return results;
}
