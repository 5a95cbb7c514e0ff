const BASE_MS = 1000;
const CAP_MS = 60_000;

/**
 * Milliseconds until the next try: exponential with full jitter, capped (M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015), never earlier than `retryAfter` (seconds) asks.
 */
export function backoffMs(failures: number, random: () => number, retryAfter?: number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures - 1, 16));
  return Math.max(Math.round(random() * ceiling), (retryAfter ?? 0) * 1000);
}
