import { type ErrorCode, RectoError } from '../../domain/errors.ts';

/** `google.rpc.Code` names, as the REST APIs put them into an error's `status`. */
export type GoogleStatus =
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'OUT_OF_RANGE'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'ABORTED'
  | 'ALREADY_EXISTS'
  | 'RESOURCE_EXHAUSTED'
  | 'CANCELLED'
  | 'DATA_LOSS'
  | 'UNKNOWN'
  | 'INTERNAL'
  | 'UNIMPLEMENTED'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED';

const BY_HTTP: Readonly<Record<number, GoogleStatus>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  412: 'FAILED_PRECONDITION',
  416: 'OUT_OF_RANGE',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};
const KNOWN: ReadonlySet<string> = new Set(Object.values(BY_HTTP).concat(['ALREADY_EXISTS', 'DATA_LOSS', 'UNKNOWN']));
const isStatus = (text: unknown): text is GoogleStatus => typeof text === 'string' && KNOWN.has(text);

/** Worth another try of the same request: nothing about the request itself was wrong. */
const TRANSIENT: ReadonlySet<GoogleStatus> = new Set([
  'ABORTED',
  'RESOURCE_EXHAUSTED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
  'UNKNOWN',
]);
/** After these the request may have been carried out all the same. */
const AMBIGUOUS: ReadonlySet<GoogleStatus> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL', 'UNKNOWN']);

/** What an API of Google answered, or that it did not (`UNAVAILABLE`, `DEADLINE_EXCEEDED`). Never leaves the adapters. */
export class GoogleApiError extends Error {
  readonly service: string;
  /** 0 when no answer came. */
  readonly httpStatus: number;
  readonly status: GoogleStatus;
  /** Seconds, from Retry-After. */
  readonly retryAfter: number | null;

  constructor(params: {
    service: string;
    httpStatus: number;
    status: GoogleStatus;
    message: string;
    retryAfter?: number | null;
    cause?: unknown;
  }) {
    super(`${params.service}: ${params.status}: ${params.message}`, { cause: params.cause });
    this.name = 'GoogleApiError';
    this.service = params.service;
    this.httpStatus = params.httpStatus;
    this.status = params.status;
    this.retryAfter = params.retryAfter ?? null;
  }

  get transient(): boolean {
    return TRANSIENT.has(this.status);
  }
  get ambiguous(): boolean {
    return AMBIGUOUS.has(this.status);
  }
}

const MAX_MESSAGE = 500;

/** The error of an answer: JSON of the shape `{error: {code, message, status}}` where the API gives one. */
export function errorFromAnswer(
  service: string,
  httpStatus: number,
  body: string,
  retryAfter: number | null,
): GoogleApiError {
  let message = body.trim();
  let status = BY_HTTP[httpStatus] ?? (httpStatus >= 500 ? 'UNKNOWN' : 'INVALID_ARGUMENT');
  try {
    const parsed: unknown = JSON.parse(body);
    // A streamed answer is an array with the error in it.
    const [first] = Array.isArray(parsed) ? parsed : [parsed];
    const error: unknown = first?.error;
    if (typeof error === 'object' && error !== null) {
      if ('message' in error && typeof error.message === 'string') message = error.message;
      if ('status' in error && isStatus(error.status)) status = error.status;
    }
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  return new GoogleApiError({ service, httpStatus, status, message: message.slice(0, MAX_MESSAGE), retryAfter });
}

interface Meaning {
  code: ErrorCode;
  what: (service: string) => string;
}
const MEANINGS: Readonly<Record<GoogleStatus, Meaning>> = {
  INVALID_ARGUMENT: {
    code: 'internal',
    what: (s) => `${s} did not understand the request; this is a mistake in Recto.`,
  },
  OUT_OF_RANGE: { code: 'range_not_satisfiable', what: (s) => `${s} has nothing at the place that was asked for.` },
  FAILED_PRECONDITION: { code: 'conflict', what: (s) => `${s} is not in the state that the request needs.` },
  NOT_FOUND: {
    code: 'not_found',
    what: (s) => `${s} does not have what was asked for. Apply the infrastructure of this release first.`,
  },
  ALREADY_EXISTS: { code: 'already_exists', what: (s) => `${s} has it already.` },
  UNAUTHENTICATED: {
    code: 'not_configured',
    what: (s) =>
      `${s} does not accept the credentials of this process. Check its service account and that the machine's clock is right.`,
  },
  PERMISSION_DENIED: {
    code: 'not_configured',
    what: (s) =>
      `The service account of this process may not do this in ${s}. Grant it the role that docs/gcp.md names.`,
  },
  UNIMPLEMENTED: { code: 'not_configured', what: (s) => `${s} is not switched on for this project.` },
  RESOURCE_EXHAUSTED: {
    code: 'overloaded',
    what: (s) => `A quota of ${s} is used up. It frees itself shortly; if not, raise the quota.`,
  },
  ABORTED: { code: 'contention', what: (s) => `Too many writers at once in ${s}. Try again shortly.` },
  UNAVAILABLE: { code: 'dependency_unavailable', what: (s) => `${s} cannot be reached or refuses work for now.` },
  DEADLINE_EXCEEDED: { code: 'dependency_unavailable', what: (s) => `${s} did not answer in time.` },
  INTERNAL: { code: 'dependency_unavailable', what: (s) => `${s} failed.` },
  UNKNOWN: { code: 'dependency_unavailable', what: (s) => `${s} failed.` },
  CANCELLED: { code: 'dependency_unavailable', what: (s) => `${s} broke the request off.` },
  DATA_LOSS: { code: 'internal', what: (s) => `${s} says that data was lost.` },
};

/** The one place where an answer of Google gets a code of ours. What is no answer of Google is passed on. */
export function toCoded(thrown: unknown): unknown {
  if (!(thrown instanceof GoogleApiError)) return thrown;
  const { code, what } = MEANINGS[thrown.status];
  const transient = thrown.transient ? { retryAfter: thrown.retryAfter ?? 1 } : {};
  // What is refused for its credentials stays refused: nobody should try it again for hours.
  const lasting = code === 'internal' ? { class: 'permanent' as const } : {};
  return new RectoError(code, what(thrown.service), { cause: thrown, ...transient, ...lasting });
}

/** Runs `fn`; what it throws has one of our codes. */
export async function coded<T>(fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (thrown) {
    throw toCoded(thrown);
  }
}

export const hasStatus = (thrown: unknown, ...statuses: readonly GoogleStatus[]): thrown is GoogleApiError =>
  thrown instanceof GoogleApiError && statuses.includes(thrown.status);
