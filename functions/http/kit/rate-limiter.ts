import type { Clock } from '#shared/ports/clock.ts';

export interface BucketPolicy {
  /** Tokens that come back in a second. */
  perSecond: number;
  /** Tokens a full bucket holds. */
  burst: number;
}

export interface Taken {
  allowed: boolean;
  /** Whole tokens left. */
  remaining: number;
  /** Seconds until the next token, if none is left; else until the bucket is full. */
  resetSeconds: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by name, in this process, at most `maxBuckets`: the one longest unused gives way (and starts full again). */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #maxBuckets: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, maxBuckets = 10_000) {
    this.#clock = clock;
    this.#maxBuckets = maxBuckets;
  }

  take(name: string, policy: BucketPolicy): Taken {
    const now = this.#clock.now();
    const known = this.#buckets.get(name);
    const elapsed = known === undefined ? 0 : Math.max(0, now - known.at) / 1000;
    const tokens =
      known === undefined ? policy.burst : Math.min(policy.burst, known.tokens + elapsed * policy.perSecond);
    const allowed = tokens >= 1;
    const left = allowed ? tokens - 1 : tokens;
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens: left, at: now });
    if (this.#buckets.size > this.#maxBuckets) {
      const oldest = this.#buckets.keys().next();
      if (oldest.done !== true) this.#buckets.delete(oldest.value);
    }
    const missing = left < 1 ? 1 - left : policy.burst - left;
    return { allowed, remaining: Math.floor(left), resetSeconds: Math.ceil(missing / policy.perSecond) };
  }
}
