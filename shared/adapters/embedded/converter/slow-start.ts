import { RectoError } from '../../../domain/errors.ts';

/** A process that never came so far as to see the file says nothing about the file: the machine has too much to do. */
export const slowStart = (what: string, limitMs: number): RectoError =>
  new RectoError(
    'overloaded',
    `${what} did not start within ${limitMs / 1000} s: this machine has too much to do. It is tried again.`,
    { retryAfter: 5 },
  );
