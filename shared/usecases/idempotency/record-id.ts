import { createHash } from 'node:crypto';
import type { UseCaseContext } from '../context.ts';

/** Keys of two principals never meet, however alike. */
export const idempotencyRecordId = (ctx: UseCaseContext, key: string): string => digest(ctx.principal.id, key);

/** SHA-256 over the parts, hex; parts cannot run into each other. */
export const digest = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
};
