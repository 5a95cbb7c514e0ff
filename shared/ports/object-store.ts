/** Buckets of a tenant: `incoming` is where files are dropped, `documents` holds sources, `artifacts` what was made of them. */
export type BucketName = 'incoming' | 'documents' | 'artifacts';

export interface ObjectInfo {
  bucket: BucketName;
  key: string;
  size: number;
  /** Lower-case hex; computed while the bytes were written. */
  sha256: string;
  mediaType: string;
  /** Changes with every write of the key; a decimal string. */
  generation: string;
  updatedAt: number;
}

export interface PutParams {
  bucket: BucketName;
  key: string;
  body: AsyncIterable<Uint8Array> | Uint8Array;
  mediaType: string;
  /** '0' writes only if absent; another generation only if current. Else `precondition_failed`. */
  ifGeneration?: string;
  /** Stops with `file_too_large` as soon as more bytes arrive; nothing is kept. */
  maxBytes?: number;
  /** Checked before the object becomes visible; else `checksum_mismatch`. */
  expectSha256?: string;
  signal?: AbortSignal;
}

export interface SignedUrl {
  method: 'PUT' | 'GET';
  url: string;
  headers: Record<string, string>;
  expiresAt: number;
}

/**
 * Bytes by key, of one tenant (bound at construction). Keys are 1 to 1,024 bytes of UTF-8, `/`-separated, no empty, `.` or
 * `..` segments, none above 255 bytes, no control characters: else `invalid_request`. An object is visible whole or not at all; a resolved put is
 * durable; a failed one leaves nothing. Never buffers an object whole.
 * Errors: `precondition_failed`, `file_too_large`, `checksum_mismatch`, `storage_full`, `invalid_request`, `invalid_page_token`;
 * `contention` when an object changes between `get` and the reading of its body; `conflict` where objects are files and the
 * key would be both an object and the folder of another.
 */
export interface ObjectStore {
  put(params: PutParams): Promise<ObjectInfo>;
  /** Null if absent. `range` is half open in bytes and clipped to the object. */
  get(params: {
    bucket: BucketName;
    key: string;
    range?: { start: number; end: number };
    signal?: AbortSignal;
  }): Promise<{ info: ObjectInfo; body: AsyncIterable<Uint8Array> } | null>;
  head(params: { bucket: BucketName; key: string }): Promise<ObjectInfo | null>;
  /** Without reading the bytes where the store can. Null if the source is absent. */
  copy(params: {
    from: { bucket: BucketName; key: string };
    to: { bucket: BucketName; key: string };
  }): Promise<ObjectInfo | null>;
  /** By key, ascending. */
  list(params: {
    bucket: BucketName;
    prefix?: string;
    limit?: number;
    cursor?: string | null;
  }): Promise<{ objects: ObjectInfo[]; nextCursor: string | null }>;
  /** False if it was absent. */
  delete(params: { bucket: BucketName; key: string; ifGeneration?: string }): Promise<boolean>;
  /** Deletes every object under the prefix; the count. */
  deletePrefix(params: { bucket: BucketName; prefix: string }): Promise<number>;
  /** A URL that lets its bearer write or read one object, until it expires, without other credentials. */
  signUrl(params: {
    method: 'PUT' | 'GET';
    bucket: BucketName;
    key: string;
    mediaType?: string;
    maxBytes?: number;
    expiresInSeconds: number;
    downloadName?: string;
  }): Promise<SignedUrl>;
}
