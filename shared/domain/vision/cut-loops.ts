/** Longest stretch of text that can be one turn of a loop. */
const MAX_PERIOD = 4000;
/** The tail that is looked at; what stands before it is kept as it is. */
const MAX_TAIL = 2_000_000;
/** Fewer characters than this are a page with little on it, not a model gone wrong. */
const MIN_GARBAGE = 16;
/** Drawn on forms on purpose, also alone on a page. */
const DRAWN = new Set(['_', '-', '.', '=', '*', '~', '—', '–', '…']);

/** Whether the answer is one sign over and over (`!!!!…`): what a model says whose weights or kernels are broken. */
export function isGarbage(text: string): boolean {
  const dense = text.replace(/\s+/g, '');
  const [first] = dense;
  if (first === undefined || dense.length < MIN_GARBAGE || DRAWN.has(first) || /[\p{L}\p{N}]/u.test(first))
    return false;
  return dense === first.repeat(dense.length / first.length);
}

/**
 * Where a language model fell into a loop, its text ends in turns of the same characters. They are cut to the first turn.
 * `stopped` (the model ended by itself) asks for much more evidence: what it closed properly is hardly a loop. A loop whose
 * turns differ (a counter running on) is none to this rule, as a column of numbers looks the same. Linear: the periods of
 * all suffixes come from one prefix function (Knuth, Morris, Pratt 1977) over the reversed text.
 */
export function cutLoop(text: string, stopped: boolean): { text: string; cut: boolean } {
  const end = text.trimEnd().length;
  const length = Math.min(end, MAX_TAIL);
  const least = stopped ? 2000 : 400;
  if (length < least) return { text, cut: false };
  const at = (index: number): number => text.charCodeAt(end - 1 - index);
  const borders = new Int32Array(length);
  let best: { length: number; period: number } | null = null;
  for (let index = 1, border = 0; index < length; index++) {
    while (border > 0 && at(index) !== at(border)) border = borders[border - 1] ?? 0;
    if (at(index) === at(border)) border++;
    borders[index] = border;
    const size = index + 1;
    const period = size - border;
    if (size >= least && period <= MAX_PERIOD && size >= period * turns(period, stopped))
      best = { length: size, period };
  }
  if (best === null) return { text, cut: false };
  return { text: text.slice(0, end - best.length + best.period), cut: true };
}

const turns = (period: number, stopped: boolean): number => (stopped ? 16 : period >= 200 ? 4 : 8);
