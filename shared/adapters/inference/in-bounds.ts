/**
 * `fn` of each, at most `atOnce` under way; results in the order of the items. The first failure stops the others and is
 * thrown once they have ended.
 */
export async function inBounds<T, R>(
  items: readonly T[],
  atOnce: number,
  fn: (item: T, signal: AbortSignal) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const results: R[] = [];
  let next = 0;
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length && failures.length === 0; index = next++) {
      try {
        signal?.throwIfAborted();
        const item = items[index];
        if (item !== undefined) results[index] = await fn(item, either);
      } catch (thrown) {
        failures.push(thrown);
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return results;
}
