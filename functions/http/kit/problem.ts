import { ERROR_CODES, RectoError, toRectoError } from '#shared/domain/errors.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** RFC 9457. `code` is stable and what programs go by; `detail` is for people. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  [detail: string]: unknown;
}

const RESERVED = new Set(['type', 'title', 'status', 'detail', 'code', 'requestId', '__proto__']);

/** The one place where an error becomes an HTTP answer. Causes and stacks never leave the log. */
export function toProblem(thrown: unknown, requestId: string): { problem: Problem; error: RectoError } {
  const error = toRectoError(thrown);
  const { status, title } = ERROR_CODES[error.code];
  const extra = Object.entries(error.details ?? {}).filter(([name]) => !RESERVED.has(name));
  return {
    error,
    problem: {
      ...Object.fromEntries(extra),
      type: `/docs/errors#${error.code}`,
      title,
      status,
      detail: error.message,
      code: error.code,
      requestId,
    },
  };
}

export function problemResponse(thrown: unknown, requestId: string, headers: Record<string, string> = {}): Response {
  const { problem, error } = toProblem(thrown, requestId);
  const all: Record<string, string> = { ...headers, 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' };
  if (error.retryAfter !== undefined) all['retry-after'] = String(Math.max(1, Math.ceil(error.retryAfter)));
  if (error.code === 'unauthenticated') all['www-authenticate'] = 'Bearer realm="recto"';
  return new Response(JSON.stringify(problem), { status: problem.status, headers: all });
}

/** For the server that hosts the app: a request it cannot even parse is a problem like any other. */
export function listenerErrorHandler(thrown: unknown): Response {
  const requestId = 'unknown';
  if (thrown instanceof RectoError) return problemResponse(thrown, requestId);
  return problemResponse(
    new RectoError('invalid_request', 'The request line or the Host header cannot be read. Check the URL.', {
      cause: thrown,
    }),
    requestId,
  );
}
