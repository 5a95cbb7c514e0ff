import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import type { ServiceProcess, ServiceState } from '#shared/platform/embedded.ts';

/** From who borrows the OCR service: keep it up for this call; the call is over. */
export const borrowMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ocr-use'), id: z.number() }),
  z.object({ type: z.literal('ocr-done'), id: z.number() }),
]);
export type BorrowMessage = z.infer<typeof borrowMessageSchema>;

/** From who runs it: where it is, or why it is not. */
export const lendMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ocr-url'), id: z.number(), url: z.string() }),
  z.object({ type: z.literal('ocr-failed'), id: z.number(), message: z.string(), retryAfter: z.number().nullable() }),
]);
export type LendMessage = z.infer<typeof lendMessageSchema>;

/** From asking to an answer: a first start loads models. */
const PATIENCE_MS = 90_000;

export interface Lent {
  hear(message: BorrowMessage): void;
  /** The borrower has ended: nothing is kept up for it any more. */
  gone(): void;
}

/** Lends a service to another process, so that both use one: it stays up while either has a call under way. */
export function lendService(service: ServiceProcess, tell: (message: LendMessage) => void): Lent {
  const held = new Map<number, () => void>();
  return {
    hear: ({ type, id }) => {
      if (type === 'ocr-done') {
        held.get(id)?.();
        held.delete(id);
        return;
      }
      const done = Promise.withResolvers<void>();
      held.set(id, done.resolve);
      const keep = (url: string): Promise<void> => {
        tell({ type: 'ocr-url', id, url });
        return done.promise;
      };
      service.use(keep).catch((error: unknown) => {
        held.delete(id);
        const message = error instanceof Error ? error.message : String(error);
        const retryAfter = error instanceof RectoError ? (error.retryAfter ?? null) : null;
        tell({ type: 'ocr-failed', id, message, retryAfter });
      });
    },
    gone: () => {
      for (const done of held.values()) done();
      held.clear();
    },
  };
}

/** The service of another process, as if it were ours. */
export function borrowService(tell: (message: BorrowMessage) => void): ServiceProcess & { hear(m: LendMessage): void } {
  const asked = new Map<number, PromiseWithResolvers<string>>();
  let next = 1;
  let state: ServiceState = 'stopped';

  const use = async <T>(fn: (url: string) => Promise<T>): Promise<T> => {
    const id = next++;
    const answer = Promise.withResolvers<string>();
    asked.set(id, answer);
    const late = new RectoError('dependency_unavailable', 'The OCR service did not start in time.');
    const timer = setTimeout(() => answer.reject(late), PATIENCE_MS);
    tell({ type: 'ocr-use', id });
    try {
      return await fn(await answer.promise);
    } finally {
      clearTimeout(timer);
      asked.delete(id);
      tell({ type: 'ocr-done', id });
    }
  };
  return {
    use,
    url: () => use(async (url) => url),
    state: () => state,
    pid: () => null,
    stop: async () => {
      state = 'closed';
    },
    hear: (message) => {
      const answer = asked.get(message.id);
      if (message.type === 'ocr-url') {
        state = 'running';
        answer?.resolve(message.url);
        return;
      }
      state = 'failing';
      const again = message.retryAfter === null ? {} : { retryAfter: message.retryAfter };
      answer?.reject(new RectoError('dependency_unavailable', message.message, again));
    },
  };
}
