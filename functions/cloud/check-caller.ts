import { RectoError } from '#shared/domain/errors.ts';
import type { CallerRule } from './settings.ts';

/** Resolves when the request may go on. Errors: `forbidden`, `dependency_unavailable` when the issuer's keys cannot be had. */
export type CheckCaller = (authorization: string | undefined) => Promise<void>;

const CLOCK_SKEW_SECONDS = 30;
const KEYS_TIMEOUT_MS = 5000;

/**
 * Checks the OpenID Connect token that Pub/Sub and Cloud Scheduler show: signed by Google, not expired, made for this
 * function and by the account that is to call it. A token is good for many calls until it expires, so one that was seen
 * before is none the worse; one made for another function is refused.
 */
export function createCallerCheck(rule: CallerRule): CheckCaller {
  if (rule === null) return async () => undefined;
  const { serviceAccount, audience, issuers } = rule;
  let verifier: ReturnType<typeof createVerifier> | null = null;
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw refused('no identity token');
    verifier ??= createVerifier(rule.keysUrl);
    const { verify, errors } = await verifier;
    try {
      const { email, email_verified: verified } = await verify(token, { audience, issuer: [...issuers] });
      if (email !== serviceAccount || verified !== true) throw refused('the token is of another account');
    } catch (thrown) {
      if (thrown instanceof RectoError) throw thrown;
      if (thrown instanceof errors.JWKSNoMatchingKey) throw refused('the token was signed by nobody known', thrown);
      if (thrown instanceof errors.JWTExpired) throw refused('the token has expired', thrown);
      if (thrown instanceof errors.JWTClaimValidationFailed)
        throw refused(`the token has another "${thrown.claim}" than it must have`, thrown);
      const ofTheToken =
        thrown instanceof errors.JWSInvalid ||
        thrown instanceof errors.JWTInvalid ||
        thrown instanceof errors.JOSEAlgNotAllowed ||
        thrown instanceof errors.JOSENotSupported ||
        thrown instanceof errors.JWSSignatureVerificationFailed;
      if (ofTheToken) throw refused('the token is not valid', thrown);
      throw new RectoError('dependency_unavailable', 'The keys that identity tokens are checked with cannot be had.', {
        cause: thrown,
      });
    }
  };
}

const refused = (reason: string, cause?: unknown): RectoError =>
  new RectoError('forbidden', `Only the platform itself may call this: ${reason}.`, { cause, details: { reason } });

/** Loaded with the first token. */
async function createVerifier(keysUrl: string) {
  const { createRemoteJWKSet, jwtVerify, errors } = await import('jose');
  const keys = createRemoteJWKSet(new URL(keysUrl), { timeoutDuration: KEYS_TIMEOUT_MS });
  return {
    errors,
    verify: async (token: string, expected: { audience: string; issuer: string[] }) => {
      const options = { ...expected, algorithms: ['RS256', 'ES256'], clockTolerance: CLOCK_SKEW_SECONDS };
      const { payload } = await jwtVerify(token, keys, { ...options, requiredClaims: ['exp', 'iat', 'email'] });
      return payload;
    },
  };
}
