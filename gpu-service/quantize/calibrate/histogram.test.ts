import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

describe('a histogram', () => {
  it('knows the extremes, however far later values lie', () => {
    const seen = new Histogram();
    seen.add(Float32Array.of(0.001, -0.002));
    seen.add(Float32Array.of(900, -3));
    expect(seen.range({ kind: 'minmax' })).toEqual({ min: -3, max: 900 });
  });

  it('always holds zero', () => {
    const seen = new Histogram();
    seen.add(Float32Array.of(5, 6, 7));
    expect(seen.range({ kind: 'minmax' })).toEqual({ min: 0, max: 7 });
    expect(seen.range({ kind: 'percentile', tail: 0.01 }).min).toBe(0);
  });

  it('cuts a lonely outlier by share and by squared error, and little of what is spread evenly', () => {
    const lonely = new Histogram();
    lonely.add(Float32Array.from({ length: 19_999 }, (_, i) => (i === 7000 ? 400 : (i % 1000) / 1000)));
    expect(lonely.range({ kind: 'percentile', tail: 1e-4 }).max).toBeLessThan(2);
    expect(lonely.range({ kind: 'mse' }).max).toBe(400);
    const even = new Histogram();
    even.add(Float32Array.from({ length: 19_999 }, (_, i) => i / 19_999));
    expect(even.range({ kind: 'mse' }).max).toBeGreaterThan(0.99);
  });
});
