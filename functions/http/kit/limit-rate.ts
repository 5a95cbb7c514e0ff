import { RectoError } from '#shared/domain/errors.ts';
import type { Authenticated } from '#shared/usecases/api-keys/authenticate.ts';
import type { HttpContext } from './http-context.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** A single key gets at most this part of its tenant's rate, so that one runaway client leaves room for the others. */
const KEY_SHARE = 0.8;

/**
 * Takes a token of the key and one of its tenant; `rate_limited` when either has none. Tells where the caller stands in
 * RateLimit headers (draft-ietf-httpapi-ratelimit-headers). Who calls is what the credentials say: X-Forwarded-For and
 * fresh keys of the same tenant change nothing.
 */
export function limitRate(c: HttpContext, limiter: RateLimiter, { principal, tenant }: Authenticated): void {
  const { requestsPerSecond: perSecond, requestBurst: burst } = tenant.limits;
  const keyPolicy = { perSecond: perSecond * KEY_SHARE, burst: Math.max(1, Math.floor(burst * KEY_SHARE)) };
  const key = limiter.take(`key:${principal.id}`, keyPolicy);
  const all = key.allowed ? limiter.take(`tenant:${tenant.id}`, { perSecond, burst }) : null;
  const worst = all === null || key.remaining < all.remaining ? { name: 'key', ...key } : { name: 'tenant', ...all };
  const headers = c.get('answerHeaders');
  headers['ratelimit-policy'] =
    `"key";q=${keyPolicy.burst};w=${window(keyPolicy)}, "tenant";q=${burst};w=${window({ perSecond, burst })}`;
  headers.ratelimit = `"${worst.name}";r=${worst.remaining};t=${worst.resetSeconds}`;
  if (all?.allowed === true) return;
  throw new RectoError(
    'rate_limited',
    `Too many requests for this ${worst.name}: ${burst} at once and ${perSecond} a second for the tenant. Wait ${worst.resetSeconds} s.`,
    { retryAfter: worst.resetSeconds },
  );
}

const window = ({ perSecond, burst }: { perSecond: number; burst: number }): number =>
  Math.max(1, Math.round(burst / perSecond));
