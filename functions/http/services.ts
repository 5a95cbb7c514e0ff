import type { Config } from '#shared/config.ts';
import type { Engine } from '#shared/engine/engine-api.ts';
import type { BucketName, ObjectStore } from '#shared/ports/object-store.ts';
import type { Platform } from '#shared/ports/platform.ts';
import type { Authenticator } from '#shared/usecases/api-keys/authenticate.ts';
import type { RateLimiter } from './kit/rate-limiter.ts';

/** What the bearer of a signed URL may do. */
export interface SignedClaims {
  tenantId: string;
  method: 'PUT' | 'GET';
  bucket: BucketName;
  key: string;
  maxBytes: number | null;
  downloadName: string | null;
}

/** Opens the tokens of signed URLs that lead to this server. Errors: `forbidden` when it was not signed here, `upload_expired`. */
export interface SignedObjects {
  openSigned(token: string): { claims: SignedClaims; objects: ObjectStore };
}

export interface ApiOptions {
  platform: Platform;
  engine: Engine;
  config: Pick<Config, 'publicUrl' | 'metricsToken'>;
  /** Serves `/_objects/{token}` where the object store signs URLs that lead here; null where they lead to the cloud. */
  signedObjects: SignedObjects | null;
}

/** What the routes share. */
export interface Services extends ApiOptions {
  authenticator: Authenticator;
  limiter: RateLimiter;
  /** Event streams open now, by tenant. */
  streams: Map<string, number>;
  /** Synchronous recognitions under way. */
  syncOcr: { running: number };
}
