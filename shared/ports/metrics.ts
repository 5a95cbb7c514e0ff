export type Labels = Readonly<Record<string, string>>;

/** Prometheus-style metrics. Names are `recto_*`; units in the name (`_seconds`, `_bytes`, `_total`). Label values are bounded sets. */
export interface Metrics {
  increment(name: string, labels?: Labels, by?: number): void;
  gauge(name: string, value: number, labels?: Labels): void;
  /** Seconds, into the standard buckets. */
  observe(name: string, seconds: number, labels?: Labels): void;
  /** The exposition text, content type `text/plain; version=0.0.4`. */
  expose(): Promise<string>;
}
