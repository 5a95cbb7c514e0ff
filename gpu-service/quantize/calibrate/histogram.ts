const HALF = 2048;
/** Of one array so many values are counted, evenly spread; the extremes are looked for among all. */
const COUNTED = 20_000;

export interface Range {
  min: number;
  max: number;
}

/** How much of the tails is cut: nothing, a share of the values at each end, or what makes the squared error smallest. */
export type RangeMethod = { kind: 'minmax' } | { kind: 'percentile'; tail: number } | { kind: 'mse' };

/**
 * Counts of values in 4,096 bins over [-reach, reach). The reach doubles when a value lies outside, neighbouring bins
 * being merged, so that one pass over the data is enough.
 */
export class Histogram {
  #bins = new Float64Array(2 * HALF);
  #reach = 2 ** -10;
  #min = 0;
  #max = 0;
  #count = 0;

  add(data: Float32Array): void {
    let min = this.#min;
    let max = this.#max;
    for (const value of data) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.#min = min;
    this.#max = max;
    while (Math.max(max, -min) >= this.#reach) this.#widen();
    const factor = HALF / this.#reach;
    const bins = this.#bins;
    // Odd, so that it does not fall in step with rows and channels.
    const step = (Math.ceil(data.length / COUNTED) & ~1) + 1;
    for (let i = 0; i < data.length; i += step) {
      const at = ((data[i] ?? 0) * factor + HALF) | 0;
      bins[at] = (bins[at] ?? 0) + 1;
      this.#count++;
    }
  }

  /** Always holds zero, which padding needs exactly. */
  range(method: RangeMethod): Range {
    if (method.kind === 'minmax') return { min: this.#min, max: this.#max };
    if (method.kind === 'percentile') return this.#between(method.tail);
    const candidates = [0, 1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3].map((tail) =>
      tail === 0 ? { min: this.#min, max: this.#max } : this.#between(tail),
    );
    const errors = candidates.map((range) => this.#squaredError(range));
    return candidates[errors.indexOf(Math.min(...errors))] ?? { min: this.#min, max: this.#max };
  }

  #widen(): void {
    const next = new Float64Array(2 * HALF);
    for (let bin = 0; bin < 2 * HALF; bin++) {
      const to = HALF / 2 + (bin >> 1);
      next[to] = (next[to] ?? 0) + (this.#bins[bin] ?? 0);
    }
    this.#bins = next;
    this.#reach *= 2;
  }

  #between(tail: number): Range {
    const width = this.#reach / HALF;
    const limit = tail * this.#count;
    let low = 0;
    for (let sum = this.#bins[0] ?? 0; sum <= limit && low < HALF; ) sum += this.#bins[++low] ?? 0;
    let high = 2 * HALF - 1;
    for (let sum = this.#bins[high] ?? 0; sum <= limit && high >= HALF; ) sum += this.#bins[--high] ?? 0;
    return {
      min: Math.max(this.#min, (low - HALF) * width),
      max: Math.min(this.#max, (high + 1 - HALF) * width),
    };
  }

  /** Of values rounded to 256 steps over `range` and clipped to it. */
  #squaredError({ min, max }: Range): number {
    const step = (max - min) / 255 || 1;
    const width = this.#reach / HALF;
    let error = 0;
    for (let bin = 0; bin < 2 * HALF; bin++) {
      const count = this.#bins[bin] ?? 0;
      if (count === 0) continue;
      const value = (bin + 0.5 - HALF) * width;
      const beyond = value > max ? value - max : value < min ? min - value : 0;
      error += count * (beyond > 0 ? beyond * beyond : (step * step) / 12);
    }
    return error;
  }
}
