import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface ServiceMetrics {
  registry: Registry;
  pages: Counter<'outcome'>;
  pageSeconds: Histogram;
  stageSeconds: Histogram<'stage'>;
  batchPages: Histogram;
  waitSeconds: Histogram;
}

/** Asked when the metrics are. */
export interface Gauges {
  queuePages: () => number;
  busyWorkers: () => number;
  modelBytes: () => number;
  cacheBytes: () => number;
}

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

export function createServiceMetrics(gauges: Gauges): ServiceMetrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, ask: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(ask());
      },
    });
  };
  gauge('recto_ocr_queue_pages', 'Pages that wait for a worker.', gauges.queuePages);
  gauge('recto_ocr_busy_workers', 'Workers that read now.', gauges.busyWorkers);
  gauge('recto_ocr_model_bytes', 'Memory of the loaded models in all workers, by the manifest.', gauges.modelBytes);
  gauge('recto_ocr_cache_bytes', 'Memory of the cached results.', gauges.cacheBytes);
  gauge('recto_ocr_resident_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
  const histogram = (name: string, help: string, buckets: number[] = SECONDS) =>
    new Histogram({ name, help, buckets, registers });
  return {
    registry,
    pages: new Counter({
      name: 'recto_ocr_pages_total',
      help: 'Pages by outcome: read, cached, or the code of an error.',
      labelNames: ['outcome'],
      registers,
    }),
    pageSeconds: histogram('recto_ocr_page_seconds', 'Seconds of a worker to read a page, without its wait.'),
    stageSeconds: new Histogram({
      name: 'recto_ocr_stage_seconds',
      help: 'Seconds of a worker a page, by stage.',
      labelNames: ['stage'],
      buckets: SECONDS,
      registers,
    }),
    batchPages: histogram('recto_ocr_batch_pages', 'Pages that a worker took at once.', [1, 2, 4, 8, 16, 32, 64]),
    waitSeconds: histogram('recto_ocr_wait_seconds', 'Seconds a page waited for a worker.'),
  };
}
