import type { Sample } from '../onnx/run.ts';

/** The share of what two results say alike, 0 to 1. */
export type Agreement = (reference: Sample, other: Sample) => number;

/** Of a recognizer: time steps (rows of the last dimension) with the same best class. */
export const sameBestClass: Agreement = (reference, other) => {
  const classes = reference.dims.at(-1) ?? 1;
  const steps = reference.data.length / classes;
  let same = 0;
  for (let step = 0; step < steps; step++)
    if (bestOf(reference.data, step * classes, classes) === bestOf(other.data, step * classes, classes)) same++;
  return same / steps;
};

function bestOf(data: Float32Array, from: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) if ((data[from + k] ?? 0) > (data[from + best] ?? 0)) best = k;
  return best;
}

/** Of a detector: pixels that both take for text, of those that either does. */
export const sameText: Agreement = (reference, other) => {
  let both = 0;
  let either = 0;
  for (let i = 0; i < reference.data.length; i++) {
    const [a, b] = [(reference.data[i] ?? 0) > 0.3, (other.data[i] ?? 0) > 0.3];
    if (a && b) both++;
    if (a || b) either++;
  }
  return either === 0 ? 1 : both / either;
};

/** Signal to noise in decibels: how much larger the result is than what differs. */
export function signalToNoise(reference: readonly Sample[], other: readonly Sample[]): number {
  let signal = 0;
  let noise = 0;
  reference.forEach((one, at) => {
    const changed = other[at]?.data ?? new Float32Array();
    for (let i = 0; i < one.data.length; i++) {
      const value = one.data[i] ?? 0;
      signal += value * value;
      noise += (value - (changed[i] ?? 0)) ** 2;
    }
  });
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
