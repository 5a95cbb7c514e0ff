import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { RectoError } from '../../domain/errors.ts';
import type { Labels, Metrics } from '../../ports/metrics.ts';

/** Sub-millisecond steps to conversions of minutes. */
const SECONDS_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const DEFAULT_MAX_SERIES = 1_000;

type Instrument =
  | { kind: 'counter'; metric: Counter }
  | { kind: 'gauge'; metric: Gauge }
  | { kind: 'histogram'; metric: Histogram };

interface Family {
  instrument: Instrument;
  labelNames: readonly string[];
  series: Set<string>;
}

/**
 * Prometheus metrics of this process. A name's first use fixes its kind and its label names: later calls lose labels it
 * does not have. Each name holds at most `maxSeries` label combinations (default 1,000); further ones are counted together
 * with every label `other`, so that an unbounded label costs precision, never memory.
 */
export function createMetrics(params: { maxSeries?: number; processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  const families = new Map<string, Family>();
  const maxSeries = params.maxSeries ?? DEFAULT_MAX_SERIES;
  if (params.processMetrics ?? true) collectDefaultMetrics({ register: registry });

  const create = (kind: Instrument['kind'], name: string, labelNames: readonly string[]): Instrument => {
    const config = { name, help: name.replace(/_/g, ' '), labelNames, registers: [registry] };
    if (kind === 'counter') return { kind, metric: new Counter(config) };
    if (kind === 'gauge') return { kind, metric: new Gauge(config) };
    return { kind, metric: new Histogram({ ...config, buckets: SECONDS_BUCKETS }) };
  };

  const use = (kind: Instrument['kind'], name: string, labels: Labels): [Instrument, Record<string, string>] => {
    let family = families.get(name);
    if (family === undefined) {
      const labelNames = Object.keys(labels).sort();
      family = { instrument: create(kind, name, labelNames), labelNames, series: new Set() };
      families.set(name, family);
    }
    if (family.instrument.kind !== kind)
      throw new RectoError('internal', `The metric ${name} is a ${family.instrument.kind}; it was used as a ${kind}.`);
    const values = family.labelNames.map((label) => labels[label] ?? '');
    const series = values.join('\0');
    const known = family.series.has(series) || family.series.size < maxSeries;
    if (known) family.series.add(series);
    const kept = family.labelNames.map((label, index) => [label, known ? (values[index] ?? '') : 'other']);
    return [family.instrument, Object.fromEntries(kept)];
  };

  return {
    increment: (name, labels = {}, by = 1) => {
      const [instrument, kept] = use('counter', name, labels);
      if (instrument.kind === 'counter') instrument.metric.inc(kept, by);
    },
    gauge: (name, value, labels = {}) => {
      const [instrument, kept] = use('gauge', name, labels);
      if (instrument.kind === 'gauge') instrument.metric.set(kept, value);
    },
    observe: (name, seconds, labels = {}) => {
      const [instrument, kept] = use('histogram', name, labels);
      if (instrument.kind === 'histogram') instrument.metric.observe(kept, seconds);
    },
    expose: () => registry.metrics(),
  };
}
