import type { TokenFacts } from '#shared/domain/redaction/ner/facts.ts';
import { FEATURES, featuresOf } from '#shared/domain/redaction/ner/features.ts';
import { isInside, LABELS } from '#shared/domain/redaction/ner/labels.ts';
import { freshTransitions } from '#shared/domain/redaction/ner/model.ts';
import type { Random } from './random.ts';

/** A piece of text ready to learn from: facts of its tokens and which labels each may have (a bit a label). */
export interface Example {
  facts: TokenFacts;
  count: number;
  allowed: Int32Array;
}

const DROPOUT = 0.12;
const LOW = -1e4;

/**
 * Learns a conditional random field from partly labelled sequences: the gradient is the difference between what the model
 * expects where only allowed labels count, and what it expects freely (Tsuboi et al. 2008). AdaGrad, one sequence a step.
 */
export class Trainer {
  readonly weights: Float32Array;
  readonly transitions = freshTransitions();
  readonly mask: number;
  readonly #squares: Float32Array;
  readonly #transitionSquares = new Float32Array(LABELS * LABELS);
  readonly #rate: number;
  readonly #decay: number;

  constructor(bits: number, rate: number, decay: number) {
    this.mask = 2 ** bits - 1;
    this.weights = new Float32Array((this.mask + 1) * LABELS);
    this.#squares = new Float32Array((this.mask + 1) * LABELS);
    this.#rate = rate;
    this.#decay = decay;
  }

  /** One step; returns the loss. */
  learn(example: Example, random: Random): number {
    const { count, facts, allowed } = example;
    const { weights, transitions } = this;
    const buckets = new Int32Array(count * FEATURES);
    const scores = new Float64Array(count * LABELS);
    for (let i = 0; i < count; i++) {
      featuresOf(facts, i, this.mask, buckets, i * FEATURES);
      for (let f = 0; f < FEATURES; f++) {
        const at = i * FEATURES + f;
        if (random.next() < DROPOUT) {
          buckets[at] = -1;
          continue;
        }
        const base = (buckets[at] ?? 0) * LABELS;
        for (let l = 0; l < LABELS; l++)
          scores[i * LABELS + l] = (scores[i * LABELS + l] ?? 0) + (weights[base + l] ?? 0);
      }
    }
    const free = expect(scores, transitions, count, null);
    const clamped = expect(scores, transitions, count, allowed);
    for (let i = 0; i < count; i++) {
      for (let l = 0; l < LABELS; l++) {
        const gradient = (free.labels[i * LABELS + l] ?? 0) - (clamped.labels[i * LABELS + l] ?? 0);
        if (Math.abs(gradient) < 5e-4) continue;
        const square = gradient * gradient;
        for (let f = 0; f < FEATURES; f++) {
          const bucket = buckets[i * FEATURES + f] ?? -1;
          if (bucket < 0) continue;
          const at = bucket * LABELS + l;
          const sum = (this.#squares[at] ?? 0) + square;
          this.#squares[at] = sum;
          const weight = weights[at] ?? 0;
          weights[at] = weight - (this.#rate * (gradient + this.#decay * weight)) / Math.sqrt(sum + 1e-2);
        }
      }
    }
    for (let at = 0; at < LABELS * LABELS; at++) {
      if ((transitions[at] ?? 0) <= LOW) continue;
      const gradient = (free.pairs[at] ?? 0) - (clamped.pairs[at] ?? 0);
      const sum = (this.#transitionSquares[at] ?? 0) + gradient * gradient;
      this.#transitionSquares[at] = sum;
      transitions[at] = (transitions[at] ?? 0) - (this.#rate * gradient) / Math.sqrt(sum + 1e-2);
    }
    return free.logSum - clamped.logSum;
  }
}

interface Expectation {
  logSum: number;
  labels: Float64Array;
  pairs: Float64Array;
}

/** Forward-backward in scaled space over the labels allowed. */
function expect(
  scores: Float64Array,
  transitions: Float32Array,
  count: number,
  allowed: Int32Array | null,
): Expectation {
  const steps = Float64Array.from(transitions, Math.exp);
  const local = new Float64Array(count * LABELS);
  let logSum = 0;
  for (let i = 0; i < count; i++) {
    let top = -1e18;
    const may = allowed === null ? -1 : (allowed[i] ?? -1);
    for (let l = 0; l < LABELS; l++) if ((may >> l) & 1) top = Math.max(top, scores[i * LABELS + l] ?? 0);
    for (let l = 0; l < LABELS; l++)
      local[i * LABELS + l] = (may >> l) & 1 ? Math.exp((scores[i * LABELS + l] ?? 0) - top) : 0;
    logSum += top;
  }
  const forward = new Float64Array(count * LABELS);
  const scales = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let l = 0; l < LABELS; l++) {
      const here = local[i * LABELS + l] ?? 0;
      if (here === 0) continue;
      let reach = 0;
      if (i === 0) reach = isInside(l) ? 0 : 1;
      else
        for (let p = 0; p < LABELS; p++) reach += (forward[(i - 1) * LABELS + p] ?? 0) * (steps[p * LABELS + l] ?? 0);
      forward[i * LABELS + l] = reach * here;
      sum += reach * here;
    }
    const scale = sum || 1e-300;
    scales[i] = scale;
    logSum += Math.log(scale);
    for (let l = 0; l < LABELS; l++) forward[i * LABELS + l] = (forward[i * LABELS + l] ?? 0) / scale;
  }
  const pairs = new Float64Array(LABELS * LABELS);
  const labels = forward.slice();
  let behind = new Float64Array(LABELS).fill(1);
  for (let i = count - 1; i >= 0; i--) {
    const here = new Float64Array(LABELS);
    for (let l = 0; l < LABELS; l++) {
      labels[i * LABELS + l] = (forward[i * LABELS + l] ?? 0) * (behind[l] ?? 0);
      here[l] = ((local[i * LABELS + l] ?? 0) * (behind[l] ?? 0)) / (scales[i] ?? 1);
    }
    const ahead = new Float64Array(LABELS);
    for (let p = 0; p < LABELS; p++) {
      let value = 0;
      const from = i > 0 ? (forward[(i - 1) * LABELS + p] ?? 0) : 0;
      for (let l = 0; l < LABELS; l++) {
        const step = (steps[p * LABELS + l] ?? 0) * (here[l] ?? 0);
        value += step;
        pairs[p * LABELS + l] = (pairs[p * LABELS + l] ?? 0) + from * step;
      }
      ahead[p] = value;
    }
    behind = ahead;
  }
  return { logSum, labels, pairs };
}
