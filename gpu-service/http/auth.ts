import { createHash, timingSafeEqual } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { RectoError } from '../../shared/domain/errors.ts';
import type { AuthConfig } from '../config.ts';

/** Resolves when the caller may call. Errors: `unauthenticated`, `forbidden`, `dependency_unavailable` (no keys to verify with). */
export type Authenticate = (authorization: string | undefined) => Promise<void>;

const JWKS_TIMEOUT_MS = 5_000;
const JWKS_MAX_AGE_MS = 3_600_000;
/** Between the clocks of who signs and who verifies. */
const CLOCK_SKEW_SECONDS = 30;

const claimsSchema = z.object({ email: z.string(), email_verified: z.literal(true) });

export function createAuth(config: AuthConfig): Authenticate {
  if (config.kind === 'none') return async () => undefined;
  if (config.kind === 'token')
    return async (authorization) => {
      if (!sameText(bearerOf(authorization), config.token))
        throw new RectoError('unauthenticated', 'The bearer token is not the one this service was given (OCR_TOKEN).');
    };
  return googleAuth(config);
}

/** Identity tokens of service accounts: signed with a key of the set, for this audience, in time, of an account that may call. */
function googleAuth(config: Extract<AuthConfig, { kind: 'google' }>): Authenticate {
  const keys = createRemoteJWKSet(new URL(config.jwksUrl), {
    timeoutDuration: JWKS_TIMEOUT_MS,
    cacheMaxAge: JWKS_MAX_AGE_MS,
  });
  return async (authorization) => {
    const token = bearerOf(authorization);
    let payload: unknown;
    try {
      const verified = await jwtVerify(token, keys, {
        issuer: [...config.issuers],
        audience: config.audience,
        algorithms: ['RS256', 'ES256'],
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: CLOCK_SKEW_SECONDS,
      });
      payload = verified.payload;
    } catch (cause) {
      throw refused(cause);
    }
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success || !config.accounts.includes(claims.data.email))
      throw new RectoError('forbidden', 'The identity token is valid, but its account may not call this service.');
  };
}

/** What the token is not good for, or that nobody can tell: the keys did not come. */
function refused(cause: unknown): RectoError {
  const ofToken =
    cause instanceof errors.JWTExpired ||
    cause instanceof errors.JWTClaimValidationFailed ||
    cause instanceof errors.JWTInvalid ||
    cause instanceof errors.JWSInvalid ||
    cause instanceof errors.JWSSignatureVerificationFailed ||
    cause instanceof errors.JOSEAlgNotAllowed ||
    cause instanceof errors.JOSENotSupported ||
    cause instanceof errors.JWKSNoMatchingKey ||
    cause instanceof errors.JWKSMultipleMatchingKeys;
  if (!ofToken)
    return new RectoError('dependency_unavailable', 'The keys that identity tokens are verified with cannot be had.', {
      cause,
      retryAfter: 5,
    });
  return new RectoError('unauthenticated', `The identity token is not valid: ${cause.message}.`, { cause });
}

function bearerOf(authorization: string | undefined): string {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined)
    throw new RectoError('unauthenticated', 'Send `Authorization: Bearer` with a token for this service.');
  return token;
}

/** In a time that says nothing about where they differ. */
export function sameText(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
