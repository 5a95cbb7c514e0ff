/** How the engine reacts: `transient` is retried, `permanent` goes to the dead letters at once, `poison` crashed its worker. */
export type ErrorClass = 'transient' | 'permanent' | 'poison';

interface CodeInfo {
  /** HTTP status of the RFC 9457 problem. */
  status: number;
  title: string;
  class: ErrorClass;
}

/** The closed union of error codes. `docs/errors.md` lists them for users; a test keeps the two in step. */
export const ERROR_CODES = {
  invalid_request: { status: 400, title: 'The request is not valid', class: 'permanent' },
  invalid_json: { status: 400, title: 'The body is not valid JSON', class: 'permanent' },
  invalid_page_token: { status: 400, title: 'The page token is not valid', class: 'permanent' },
  unauthenticated: { status: 401, title: 'Credentials are missing or not valid', class: 'permanent' },
  forbidden: { status: 403, title: 'The credentials do not allow this', class: 'permanent' },
  not_found: { status: 404, title: 'Not found', class: 'permanent' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here', class: 'permanent' },
  not_acceptable: { status: 406, title: 'None of the accepted media types can be produced', class: 'permanent' },
  request_timeout: { status: 408, title: 'The request took too long to arrive', class: 'transient' },
  already_exists: { status: 409, title: 'It exists already', class: 'permanent' },
  conflict: { status: 409, title: 'The state does not allow this', class: 'permanent' },
  idempotency_mismatch: {
    status: 409,
    title: 'This Idempotency-Key was used with another request',
    class: 'permanent',
  },
  precondition_failed: { status: 412, title: 'A precondition failed', class: 'permanent' },
  upload_incomplete: { status: 409, title: 'The upload has not completed', class: 'permanent' },
  upload_expired: { status: 410, title: 'The upload link has expired', class: 'permanent' },
  file_too_large: { status: 413, title: 'The file is too large', class: 'permanent' },
  body_too_large: { status: 413, title: 'The request body is too large', class: 'permanent' },
  uri_too_long: { status: 414, title: 'The request target is too long', class: 'permanent' },
  unsupported_media_type: { status: 415, title: 'This kind of file is not supported', class: 'permanent' },
  range_not_satisfiable: { status: 416, title: 'The range lies outside the file', class: 'permanent' },
  file_empty: { status: 422, title: 'The file is empty', class: 'permanent' },
  file_corrupt: { status: 422, title: 'The file is damaged', class: 'permanent' },
  file_truncated: { status: 422, title: 'The file ends too early', class: 'permanent' },
  password_required: { status: 422, title: 'The file is protected by a password', class: 'permanent' },
  password_wrong: { status: 422, title: 'The password does not open the file', class: 'permanent' },
  too_many_pages: { status: 422, title: 'The document has too many pages', class: 'permanent' },
  too_many_pixels: { status: 422, title: 'A page or image has too many pixels', class: 'permanent' },
  archive_bomb: { status: 422, title: 'The file expands beyond its limits', class: 'permanent' },
  checksum_mismatch: { status: 422, title: 'The checksum does not match the bytes', class: 'permanent' },
  conversion_failed: { status: 422, title: 'The document could not be converted', class: 'permanent' },
  conversion_timeout: { status: 422, title: 'The conversion took too long', class: 'poison' },
  conversion_crashed: { status: 422, title: 'The document crashed its converter', class: 'poison' },
  conversion_unavailable: {
    status: 503,
    title: 'Office conversion is not available on this machine',
    class: 'permanent',
  },
  review_required: { status: 409, title: 'A person has to look at the redaction first', class: 'permanent' },
  redaction_unverified: { status: 422, title: 'The redaction could not be verified', class: 'permanent' },
  recognizer_unavailable: {
    status: 503,
    title: 'A recognizer that redaction needs is not available',
    class: 'permanent',
  },
  url_not_allowed: { status: 422, title: 'This URL is not allowed', class: 'permanent' },
  rate_limited: { status: 429, title: 'Too many requests', class: 'transient' },
  quota_exceeded: { status: 429, title: 'A quota is used up', class: 'transient' },
  cancelled: { status: 409, title: 'The run was cancelled', class: 'permanent' },
  lease_lost: { status: 409, title: 'The lease was lost to another worker', class: 'transient' },
  step_timeout: { status: 504, title: 'The step took too long', class: 'transient' },
  worker_crashed: { status: 500, title: 'The worker died while it held the step', class: 'poison' },
  contention: { status: 503, title: 'Too many writers at once', class: 'transient' },
  dependency_unavailable: { status: 503, title: 'A service this needs is not available', class: 'transient' },
  overloaded: { status: 503, title: 'The service is at its limits', class: 'transient' },
  delivery_failed: { status: 502, title: 'The receiver did not accept the delivery', class: 'transient' },
  storage_full: { status: 507, title: 'The storage is full', class: 'transient' },
  record_too_large: { status: 413, title: 'A stored record is too large', class: 'permanent' },
  limit_exceeded: { status: 422, title: 'A limit of the platform was exceeded', class: 'permanent' },
  model_damaged: { status: 503, title: 'A model file is not the one expected', class: 'permanent' },
  not_configured: { status: 503, title: 'This is not configured', class: 'permanent' },
  internal: { status: 500, title: 'Something went wrong inside', class: 'transient' },
} as const satisfies Record<string, CodeInfo>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorOptions {
  cause?: unknown;
  /** Machine-readable facts for the caller (limits, offending fields). Never secrets, never document content. */
  details?: Readonly<Record<string, unknown>>;
  /** Earliest useful retry, seconds. */
  retryAfter?: number;
  /** Overrides the class that the code has by default. */
  class?: ErrorClass;
}

/** The one error type that crosses a boundary. `message` says what happened, why, and what to do. */
export class RectoError extends Error {
  readonly code: ErrorCode;
  readonly class: ErrorClass;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RectoError';
    this.code = code;
    this.class = options.class ?? ERROR_CODES[code].class;
    this.details = options.details;
    this.retryAfter = options.retryAfter;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** Gives any thrown value a code; what is not ours becomes `internal`, its text kept as the cause only. */
export function toRectoError(thrown: unknown): RectoError {
  if (thrown instanceof RectoError) return thrown;
  return new RectoError('internal', 'An unexpected error occurred; it was logged with the request id.', {
    cause: thrown,
  });
}
