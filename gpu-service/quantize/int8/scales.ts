import type { Range } from '../calibrate/histogram.ts';

/** real = (stored - zero) · scale */
export interface Scale {
  scale: number;
  zero: number;
}

/** 0 to 255 over `range`, which holds zero; zero is one of the steps, so that padding stays exact. */
export function activationScale({ min, max }: Range): Scale {
  const scale = Math.fround(Math.max((Math.max(max, 0) - Math.min(min, 0)) / 255, 1e-9));
  return { scale, zero: Math.max(0, Math.min(255, Math.round(-Math.min(min, 0) / scale))) };
}

/** -127 to 127 for each output channel (the first dimension), symmetric. */
export function quantizeChannels(weights: Float32Array, channels: number): { data: Int8Array; scales: Float32Array } {
  const size = weights.length / channels;
  const data = new Int8Array(weights.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const from = channel * size;
    let largest = 0;
    for (let i = from; i < from + size; i++) largest = Math.max(largest, Math.abs(weights[i] ?? 0));
    const scale = Math.fround(Math.max(largest / 127, 1e-9));
    scales[channel] = scale;
    for (let i = from; i < from + size; i++)
      data[i] = Math.max(-127, Math.min(127, Math.round((weights[i] ?? 0) / scale)));
  }
  return { data, scales };
}
