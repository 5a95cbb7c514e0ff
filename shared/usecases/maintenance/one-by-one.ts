import type { UseCaseContext } from '../context.ts';

/** Does it for each; one that fails is logged and comes again with the next sweep, the others go on. How many were done. */
export async function oneByOne<T extends { id: string }>(
  ctx: UseCaseContext,
  what: string,
  items: readonly T[],
  visit: (item: T) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (const item of items) {
    try {
      await visit(item);
      done += 1;
    } catch (error) {
      ctx.platform.log.warn(`${what} failed; it is tried again`, {
        tenantId: ctx.ports.tenantId,
        documentId: item.id,
        error,
      });
    }
  }
  return done;
}
