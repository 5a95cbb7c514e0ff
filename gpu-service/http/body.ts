import type { IncomingMessage } from 'node:http';
import { RectoError } from '../../shared/domain/errors.ts';

/** Bytes that requests under way may hold together. */
export class ByteBudget {
  readonly #limit: number;
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Errors: `overloaded`. */
  take(bytes: number): void {
    if (this.#held + bytes > this.#limit)
      throw new RectoError('overloaded', 'The requests under way hold as much memory as they may; try again later.', {
        retryAfter: 1,
      });
    this.#held += bytes;
  }

  giveBack(bytes: number): void {
    this.#held -= bytes;
  }
}

export interface HeldBody {
  /** Over shared memory, so that threads read it where it lies. */
  bytes: Uint8Array;
  /** When the request is done with. */
  release: () => void;
}

/** The whole body, at most `limit` bytes: else `body_too_large`, told from Content-Length where there is one. */
export async function readBody(request: IncomingMessage, limit: number, budget: ByteBudget): Promise<HeldBody> {
  const tooLarge = (): RectoError =>
    new RectoError('body_too_large', `The request body is larger than ${limit} bytes; send fewer pages at once.`);
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  if (declared > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue;
      budget.take(chunk.length);
      size += chunk.length;
      chunks.push(chunk);
      if (size > limit) throw tooLarge();
    }
  } catch (error) {
    budget.giveBack(size);
    if (error instanceof RectoError) throw error;
    throw new RectoError('cancelled', 'The caller went away before the request was received.', { cause: error });
  }
  return { bytes: shared(chunks, size), release: () => budget.giveBack(size) };
}

/** The chunks one after another in shared memory. */
export function shared(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
