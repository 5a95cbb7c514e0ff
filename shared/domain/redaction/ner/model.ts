import { PAD, type TokenFacts } from './facts.ts';
import { FEATURES, featuresOf } from './features.ts';
import { isInside, LABELS, mayFollow, mayHold, OUTSIDE } from './labels.ts';
import type { Lexicon } from './lexicon.ts';
import { BREAK } from './tokenize.ts';
import { windowKeys } from './window-keys.ts';

/** Integers that hold the weights of one feature: two labels in each, as halves of 16 bits that carry into each other. */
export const LANES = (LABELS + 1) >> 1;

/** A linear-chain conditional random field over hashed features, with the lists its features look words up in. */
export interface NerModel {
  version: string;
  lexicon: Lexicon;
  /** Buckets less one; a power of two less one. */
  mask: number;
  /** A bit a bucket: whether it has weights. Far smaller than a table of rows, so that it stays in the processor's cache. */
  present: Int32Array;
  /** For each 32 buckets, how many before them have weights. */
  ranks: Int32Array;
  /** `packed[row * LANES + lane]`, the lower half for label `2 * lane`, the upper for the next; times `scale` a vote. */
  packed: Int32Array;
  scale: number;
  /** `[before * LABELS + label]`. */
  transitions: Float32Array;
}

/** Far below what any label can win by. */
const NEVER = -1e4;

/** How many bits of 32 are set. */
export function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Row of a bucket's weights, counted in order of the buckets that have some; -1 for a bucket without. */
export function rowOf({ present, ranks }: Pick<NerModel, 'present' | 'ranks'>, bucket: number): number {
  const word = present[bucket >>> 5] ?? 0;
  const bit = 1 << (bucket & 31);
  return (word & bit) === 0 ? -1 : (ranks[bucket >>> 5] ?? 0) + bitsOf(word & (bit - 1));
}

/** The lanes of one token, written out to `sums`: nine in variables are read and added far faster than nine of an array. */
function addUp(model: NerModel, buckets: Int32Array, sums: Int32Array): void {
  const { packed } = model;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  let i = 0;
  for (let k = 0; k < FEATURES; k++) {
    const base = rowOf(model, buckets[k] ?? 0) * LANES;
    if (base < 0) continue;
    // Halves of many rows are added at once: a half sums to less than 16 bits, and what it borrows is given back below.
    a = (a + (packed[base] ?? 0)) | 0;
    b = (b + (packed[base + 1] ?? 0)) | 0;
    c = (c + (packed[base + 2] ?? 0)) | 0;
    d = (d + (packed[base + 3] ?? 0)) | 0;
    e = (e + (packed[base + 4] ?? 0)) | 0;
    f = (f + (packed[base + 5] ?? 0)) | 0;
    g = (g + (packed[base + 6] ?? 0)) | 0;
    h = (h + (packed[base + 7] ?? 0)) | 0;
    i = (i + (packed[base + 8] ?? 0)) | 0;
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
  sums[4] = e;
  sums[5] = f;
  sums[6] = g;
  sums[7] = h;
  sums[8] = i;
}

/** Votes for each label of each token, `[token * LABELS + label]`. */
export function emissions(model: NerModel, facts: TokenFacts, count: number): Float32Array {
  const { mask, scale } = model;
  const out = new Float32Array(count * LABELS);
  const buckets = new Int32Array(FEATURES);
  const sums = new Int32Array(LANES);
  const keys = windowKeys(facts, count);
  const seen = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const same = seen.get(keys[i] ?? 0);
    if (same !== undefined) {
      out.copyWithin(i * LABELS, same * LABELS, (same + 1) * LABELS);
      continue;
    }
    seen.set(keys[i] ?? 0, i);
    featuresOf(facts, i, mask, buckets, 0);
    addUp(model, buckets, sums);
    for (let lane = 0; lane < LANES; lane++) {
      const sum = sums[lane] ?? 0;
      const low = (sum << 16) >> 16;
      out[i * LABELS + lane * 2] = low * scale;
      if (lane * 2 + 1 < LABELS) out[i * LABELS + lane * 2 + 1] = ((sum - low) >> 16) * scale;
    }
    const kind = facts.kind[i + PAD] ?? 0;
    if (kind >= BREAK) for (let l = 1; l < LABELS; l++) if (!mayHold(l, kind)) out[i * LABELS + l] = NEVER;
  }
  return out;
}

/** Greatest difference that transitions can make: a label further behind than this can no longer win. */
function reachOf(transitions: Float32Array): number {
  let low = 0;
  let high = 0;
  for (const value of transitions)
    if (value > -1e3) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return 2 * (high - low);
}

/**
 * The likeliest labels (Viterbi), where going from "outside" into a span is given `bias` more than the model gives it: more spans
 * are found, none is longer for it.
 */
export function bestLabels(scores: Float32Array, transitions: Float32Array, count: number, bias: number): Uint8Array {
  const labels = new Uint8Array(count);
  if (count === 0) return labels;
  const reach = reachOf(transitions) + bias;
  const back = new Uint8Array(count * LABELS);
  const active = new Uint8Array(LABELS);
  let best = new Float64Array(LABELS).fill(-1e9);
  for (let l = 0; l < LABELS; l++) if (!isInside(l)) best[l] = (scores[l] ?? 0) + (l === OUTSIDE ? 0 : bias);
  let next = new Float64Array(LABELS);
  for (let i = 1; i < count; i++) {
    let lead = -1e18;
    for (let l = 0; l < LABELS; l++) lead = Math.max(lead, best[l] ?? 0);
    let actives = 0;
    for (let l = 0; l < LABELS; l++) if ((best[l] ?? 0) >= lead - reach) active[actives++] = l;
    for (let l = 0; l < LABELS; l++) {
      let top = -1e9;
      let from = 0;
      if (isInside(l)) {
        // An inside follows its own type alone: the label before it in order, and itself.
        const begun = (best[l - 1] ?? 0) + (transitions[(l - 1) * LABELS + l] ?? 0);
        const goesOn = (best[l] ?? 0) + (transitions[l * LABELS + l] ?? 0);
        from = begun >= goesOn ? l - 1 : l;
        top = Math.max(begun, goesOn);
      } else
        for (let a = 0; a < actives; a++) {
          const p = active[a] ?? 0;
          const enters = p === OUTSIDE && l !== OUTSIDE ? bias : 0;
          const value = (best[p] ?? 0) + (transitions[p * LABELS + l] ?? 0) + enters;
          if (value > top) {
            top = value;
            from = p;
          }
        }
      back[i * LABELS + l] = from;
      next[l] = top + (scores[i * LABELS + l] ?? 0);
    }
    const swap = best;
    best = next;
    next = swap;
  }
  let label = 0;
  for (let l = 1; l < LABELS; l++) if ((best[l] ?? 0) > (best[label] ?? 0)) label = l;
  for (let i = count - 1; i >= 0; i--) {
    labels[i] = label;
    label = back[i * LABELS + label] ?? 0;
  }
  return labels;
}

/** Log odds of the labels of a range against all of it being outside, where what stands before and after is outside. */
export function logOdds(
  scores: Float32Array,
  transitions: Float32Array,
  labels: Uint8Array,
  from: number,
  to: number,
): number {
  const stay = transitions[OUTSIDE * LABELS + OUTSIDE] ?? 0;
  let odds = 0;
  let before = OUTSIDE;
  for (let i = from; i < to; i++) {
    const label = labels[i] ?? OUTSIDE;
    odds += (scores[i * LABELS + label] ?? 0) - (scores[i * LABELS + OUTSIDE] ?? 0);
    odds += (transitions[before * LABELS + label] ?? 0) - stay;
    before = label;
  }
  return odds + (transitions[before * LABELS + OUTSIDE] ?? 0) - stay;
}

/** Transition weights of a fresh model: what may not follow never does. */
export function freshTransitions(): Float32Array {
  return Float32Array.from({ length: LABELS * LABELS }, (_, index) =>
    mayFollow(Math.floor(index / LABELS), index % LABELS) ? 0 : -1e4,
  );
}
