import { canonical } from './normalize.ts';

/** Longer ones are compared by their beginnings. */
const MOST = 64;

/**
 * Whether two readings may be of the same print: half of the letters and digits of the first are in the second, in order. An
 * engine misreads some of them; which way it reads a script that runs from right to left is its own.
 */
export function readsLike(seen: string, written: string): boolean {
  const [a, b] = [canonical(seen).slice(0, MOST), canonical(written).slice(0, MOST)];
  const common = Math.max(inOrder(a, b), inOrder([...a].reverse().join(''), b));
  return common >= a.length / 2;
}

/** Length of the longest common subsequence. */
function inOrder(a: string, b: string): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const char of a) {
    const next = [0];
    for (let at = 0; at < b.length; at++)
      next.push(b[at] === char ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
    row = next;
  }
  return row[b.length] ?? 0;
}
