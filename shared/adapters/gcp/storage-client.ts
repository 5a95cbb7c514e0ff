import { z } from 'zod';
import { GoogleApiError, hasStatus } from './google-errors.ts';
import type { ApiRequest, GoogleApi } from './google-http.ts';

const resourceSchema = z.object({
  name: z.string(),
  size: z.coerce.number(),
  contentType: z.string().optional(),
  crc32c: z.string().optional(),
  generation: z.string(),
  timeCreated: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
/** What Cloud Storage knows of an object. */
export type ObjectResource = z.infer<typeof resourceSchema>;

const listSchema = z.object({ items: z.array(resourceSchema).default([]) });
const rewriteSchema = z.object({
  done: z.boolean(),
  rewriteToken: z.string().optional(),
  resource: resourceSchema.optional(),
});

export interface NewObject {
  bucket: string;
  name: string;
  contentType: string;
  metadata: Record<string, string>;
  /** '0': only if absent. */
  ifGeneration?: string | undefined;
}

/** The calls of Cloud Storage's JSON API that the adapters need. Throws `GoogleApiError`. */
export interface Storage {
  get(bucket: string, name: string): Promise<ObjectResource | null>;
  /** Bytes from `start` to `end` (half open) of one generation; null when it is gone. */
  read(at: {
    bucket: string;
    name: string;
    generation: string;
    start: number;
    end: number;
    signal: AbortSignal;
  }): Promise<Response | null>;
  /** All in one request, with its checksum. */
  insert(
    object: NewObject,
    body: Uint8Array,
    crc32c: string,
    onRetry: () => void,
    signal?: AbortSignal,
  ): Promise<ObjectResource>;
  /** Begins a resumable upload; its URL. */
  begin(object: NewObject, signal?: AbortSignal): Promise<string>;
  /** Sends bytes from `start` on; `total` ends the upload, null goes on. The bytes that are kept so far, or the object. */
  append(
    session: string,
    part: { bytes: Uint8Array; start: number; total: number | null; crc32c?: string },
    signal?: AbortSignal,
  ): Promise<{ kept: number } | { object: ObjectResource }>;
  /** How far a session has come. */
  progress(session: string, signal?: AbortSignal): Promise<{ kept: number } | { object: ObjectResource }>;
  cancel(session: string): Promise<void>;
  /** Replaces the metadata of one generation; false when it is not the current one. */
  remember(bucket: string, name: string, generation: string, metadata: Record<string, string>): Promise<boolean>;
  /** Server-side; null when the source is not at that generation. */
  rewrite(from: { bucket: string; name: string; generation: string }, to: NewObject): Promise<ObjectResource | null>;
  /** By name, ascending, from `from` on. */
  list(bucket: string, prefix: string, from: string | null, limit: number): Promise<ObjectResource[]>;
  /** False when it was absent. */
  delete(bucket: string, name: string, ifGeneration?: string): Promise<boolean>;
}

const UPLOAD_MS = 120_000;
const FIELDS = 'name,size,contentType,crc32c,generation,timeCreated,metadata';

export function createStorage(params: { api: GoogleApi; origin: string }): Storage {
  const { api, origin } = params;
  const objectUrl = (bucket: string, name: string): string =>
    `${origin}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  const query = (values: Record<string, string | undefined>): string => {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(values)) if (value !== undefined) search.set(key, value);
    return `?${search}`;
  };
  const resource = async (request: ApiRequest): Promise<ObjectResource> =>
    resourceSchema.parse(await api.json(request));
  const orNull = async <T>(fn: () => Promise<T>): Promise<T | null> => {
    try {
      return await fn();
    } catch (thrown) {
      if (hasStatus(thrown, 'NOT_FOUND')) return null;
      throw thrown;
    }
  };
  const description = ({ name, contentType, metadata }: NewObject) => ({ name, contentType, metadata });

  async function progressOf(answer: Response): Promise<{ kept: number } | { object: ObjectResource }> {
    const text = await answer.text();
    if (answer.status !== 308) return { object: resourceSchema.parse(JSON.parse(text)) };
    const last = /-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1];
    return { kept: last === undefined ? 0 : Number(last) + 1 };
  }

  return {
    get: (bucket, name) =>
      orNull(() => resource({ method: 'GET', url: `${objectUrl(bucket, name)}${query({ fields: FIELDS })}` })),

    read: async ({ bucket, name, generation, start, end, signal }) =>
      orNull(() =>
        api.send({
          method: 'GET',
          url: `${objectUrl(bucket, name)}${query({ alt: 'media', generation })}`,
          headers: { range: `bytes=${start}-${end - 1}` },
          // The reader watches over the time between bytes.
          timeoutMs: 3_600_000,
          signal,
        }),
      ),

    insert: async (object, body, crc32c, onRetry, signal) => {
      const boundary = `recto-${crypto.randomUUID()}`;
      const head = `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify({ ...description(object), crc32c })}\r\n--${boundary}\r\ncontent-type: ${object.contentType.replace(/[\r\n]/g, ' ')}\r\n\r\n`;
      return resource({
        method: 'POST',
        url: `${origin}/upload/storage/v1/b/${object.bucket}/o${query({ uploadType: 'multipart', ifGenerationMatch: object.ifGeneration })}`,
        headers: { 'content-type': `multipart/related; boundary=${boundary}` },
        body: Buffer.concat([Buffer.from(head), body, Buffer.from(`\r\n--${boundary}--`)]),
        timeoutMs: UPLOAD_MS,
        onRetry,
        signal,
      });
    },

    begin: async (object, signal) => {
      const answer = await api.send({
        method: 'POST',
        url: `${origin}/upload/storage/v1/b/${object.bucket}/o${query({ uploadType: 'resumable', name: object.name, ifGenerationMatch: object.ifGeneration })}`,
        json: description(object),
        headers: { 'x-upload-content-type': object.contentType },
        signal,
      });
      await answer.body?.cancel();
      const session = answer.headers.get('location');
      if (session === null)
        throw new GoogleApiError({
          service: api.service,
          httpStatus: answer.status,
          status: 'INTERNAL',
          message: 'no session was given for the upload',
        });
      return session;
    },

    append: async (session, { bytes, start, total, crc32c }, signal) => {
      const range = bytes.length === 0 ? '*' : `${start}-${start + bytes.length - 1}`;
      const answer = await api.send({
        method: 'PUT',
        url: session,
        headers: {
          'content-range': `bytes ${range}/${total ?? '*'}`,
          ...(crc32c === undefined ? {} : { 'x-goog-hash': `crc32c=${crc32c}` }),
        },
        body: new Uint8Array(bytes),
        accept: [308],
        // What a broken request has left is asked for before it goes on.
        maxTries: 1,
        timeoutMs: UPLOAD_MS,
        signal,
      });
      return progressOf(answer);
    },

    progress: async (session, signal) =>
      progressOf(
        await api.send({
          method: 'PUT',
          url: session,
          headers: { 'content-range': 'bytes */*' },
          accept: [308],
          signal,
        }),
      ),

    cancel: async (session) => {
      // 499 is the answer to a cancelled session.
      const answer = await api.send({ method: 'DELETE', url: session, accept: [404, 410, 499] });
      await answer.body?.cancel();
    },

    remember: async (bucket, name, generation, metadata) => {
      try {
        const url = `${objectUrl(bucket, name)}${query({ generation, ifGenerationMatch: generation })}`;
        await api.json({ method: 'PATCH', url, json: { metadata } });
        return true;
      } catch (thrown) {
        if (hasStatus(thrown, 'NOT_FOUND', 'FAILED_PRECONDITION')) return false;
        throw thrown;
      }
    },

    rewrite: async (from, to) => {
      let rewriteToken: string | undefined;
      const target = `b/${to.bucket}/o/${encodeURIComponent(to.name)}`;
      for (;;) {
        const asked = query({
          sourceGeneration: from.generation,
          ifGenerationMatch: to.ifGeneration,
          rewriteToken,
        });
        const { contentType, metadata } = to;
        const answer = await orNull(() =>
          api.json({
            method: 'POST',
            url: `${objectUrl(from.bucket, from.name)}/rewriteTo/${target}${asked}`,
            json: { contentType, metadata },
          }),
        );
        if (answer === null) return null;
        const { done, resource: copied, rewriteToken: next } = rewriteSchema.parse(answer);
        if (done && copied !== undefined) return copied;
        rewriteToken = next;
      }
    },

    list: async (bucket, prefix, from, limit) => {
      const asked = query({
        prefix: prefix === '' ? undefined : prefix,
        startOffset: from ?? undefined,
        maxResults: String(limit),
        fields: `items(${FIELDS})`,
      });
      const answer = await api.json({ method: 'GET', url: `${origin}/storage/v1/b/${bucket}/o${asked}` });
      return listSchema.parse(answer ?? {}).items;
    },

    delete: async (bucket, name, ifGeneration) => {
      const asked = query({ ifGenerationMatch: ifGeneration });
      const done = await orNull(async () => {
        await api.json({ method: 'DELETE', url: `${objectUrl(bucket, name)}${asked}` });
        return true;
      });
      return done ?? false;
    },
  };
}
