import type { TokenFacts } from './facts.ts';
import { FEATURES, featuresOf } from './features.ts';
import { isInside, LABELS, mayFollow, OUTSIDE } from './labels.ts';
import type { Lexicon } from './lexicon.ts';

/** A linear-chain conditional random field over hashed features, with the lists its features look words up in. */
export interface NerModel {
  version: string;
  lexicon: Lexicon;
  /** Buckets less one; a power of two less one. */
  mask: number;
  /** `weights[bucket * LABELS + label] * scale` is a feature's vote for a label. */
  weights: Int8Array | Float32Array;
  scale: number;
  /** `[before * LABELS + label]`. */
  transitions: Float32Array;
}

/** Votes for each label of each token, `[token * LABELS + label]`. */
export function emissions(model: NerModel, facts: TokenFacts, count: number): Float32Array {
  const { weights, mask, scale } = model;
  const out = new Float32Array(count * LABELS);
  const buckets = new Int32Array(FEATURES);
  const sums = new Float32Array(LABELS);
  for (let i = 0; i < count; i++) {
    featuresOf(facts, i, mask, buckets, 0);
    sums.fill(0);
    for (let f = 0; f < FEATURES; f++) {
      const base = (buckets[f] ?? 0) * LABELS;
      for (let l = 0; l < LABELS; l++) sums[l] = (sums[l] ?? 0) + (weights[base + l] ?? 0);
    }
    for (let l = 0; l < LABELS; l++) out[i * LABELS + l] = (sums[l] ?? 0) * scale;
  }
  return out;
}

/** The likeliest labels (Viterbi), where "outside" starts with `bias` less than the model gives it. */
export function bestLabels(scores: Float32Array, transitions: Float32Array, count: number, bias: number): Uint8Array {
  const labels = new Uint8Array(count);
  if (count === 0) return labels;
  const back = new Uint8Array(count * LABELS);
  let best = new Float32Array(LABELS).fill(-1e9);
  for (let l = 0; l < LABELS; l++) if (!isInside(l)) best[l] = (scores[l] ?? 0) - (l === OUTSIDE ? bias : 0);
  let next = new Float32Array(LABELS);
  for (let i = 1; i < count; i++) {
    for (let l = 0; l < LABELS; l++) {
      let top = -1e18;
      let from = 0;
      for (let p = 0; p < LABELS; p++) {
        const value = (best[p] ?? 0) + (transitions[p * LABELS + l] ?? 0);
        if (value > top) {
          top = value;
          from = p;
        }
      }
      back[i * LABELS + l] = from;
      next[l] = top + (scores[i * LABELS + l] ?? 0) - (l === OUTSIDE ? bias : 0);
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

/** Probability of each label of each token (forward-backward, each step scaled to sum 1), `[token * LABELS + label]`. */
export function marginals(scores: Float32Array, transitions: Float32Array, count: number): Float32Array {
  const steps = transitions.map((value) => Math.exp(value));
  const forward = new Float32Array(count * LABELS);
  const local = new Float32Array(count * LABELS);
  for (let i = 0; i < count; i++) {
    let top = -1e18;
    for (let l = 0; l < LABELS; l++) top = Math.max(top, scores[i * LABELS + l] ?? 0);
    for (let l = 0; l < LABELS; l++) local[i * LABELS + l] = Math.exp((scores[i * LABELS + l] ?? 0) - top);
  }
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let l = 0; l < LABELS; l++) {
      let reach = 0;
      if (i === 0) reach = isInside(l) ? 0 : 1;
      else
        for (let p = 0; p < LABELS; p++) reach += (forward[(i - 1) * LABELS + p] ?? 0) * (steps[p * LABELS + l] ?? 0);
      const value = reach * (local[i * LABELS + l] ?? 0) + 1e-30;
      forward[i * LABELS + l] = value;
      sum += value;
    }
    for (let l = 0; l < LABELS; l++) forward[i * LABELS + l] = (forward[i * LABELS + l] ?? 0) / sum;
  }
  let behind = new Float32Array(LABELS).fill(1);
  for (let i = count - 1; i >= 0; i--) {
    let sum = 0;
    for (let l = 0; l < LABELS; l++) sum += (forward[i * LABELS + l] ?? 0) * (behind[l] ?? 0);
    const here = new Float32Array(LABELS);
    for (let l = 0; l < LABELS; l++) {
      here[l] = (local[i * LABELS + l] ?? 0) * (behind[l] ?? 0);
      forward[i * LABELS + l] = ((forward[i * LABELS + l] ?? 0) * (behind[l] ?? 0)) / (sum || 1);
    }
    const ahead = new Float32Array(LABELS);
    let total = 0;
    for (let p = 0; p < LABELS; p++) {
      let value = 0;
      for (let l = 0; l < LABELS; l++) value += (steps[p * LABELS + l] ?? 0) * (here[l] ?? 0);
      ahead[p] = value;
      total += value;
    }
    for (let p = 0; p < LABELS; p++) ahead[p] = (ahead[p] ?? 0) / (total || 1);
    behind = ahead;
  }
  return forward;
}

/** Transition weights of a fresh model: what may not follow never does. */
export function freshTransitions(): Float32Array {
  return Float32Array.from({ length: LABELS * LABELS }, (_, index) =>
    mayFollow(Math.floor(index / LABELS), index % LABELS) ? 0 : -1e4,
  );
}
