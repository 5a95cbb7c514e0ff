export interface Delivery {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
}

export interface DeliveryResult {
  status: number;
  /** The first 1,024 characters of the answer. */
  bodyStart: string;
  durationMs: number;
  /** Seconds, from Retry-After. */
  retryAfter: number | null;
}

/**
 * Outbound HTTPS to addresses that tenants name. Only http and https; the host is resolved once, every address must be
 * public, and the connection goes to the address that was checked; redirects are not followed.
 * Errors: `url_not_allowed` (permanent), `delivery_failed` (no answer; transient). Any HTTP status resolves.
 */
export interface Mailbox {
  deliver(delivery: Delivery, signal?: AbortSignal): Promise<DeliveryResult>;
  /** Rejects with `url_not_allowed`, saying why, before anything is stored. */
  check(url: string): Promise<void>;
}
