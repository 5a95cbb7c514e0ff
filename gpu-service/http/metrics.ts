import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { WorkerPool } from '../workers/worker-pool.ts';

export interface ServiceMetrics {
  registry: Registry;
  pages: Counter<'outcome'>;
  pageSeconds: Histogram;
}

export function createServiceMetrics(pool: WorkerPool): ServiceMetrics {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'recto_ocr_queue_pages',
    help: 'Pages that wait for a worker.',
    registers,
    collect() {
      this.set(pool.queued);
    },
  });
  new Gauge({
    name: 'recto_ocr_busy_workers',
    help: 'Workers that read a page now.',
    registers,
    collect() {
      this.set(pool.busy);
    },
  });
  new Gauge({
    name: 'recto_ocr_resident_bytes',
    help: 'Memory of the process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return {
    registry,
    pages: new Counter({
      name: 'recto_ocr_pages_total',
      help: 'Pages by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    pageSeconds: new Histogram({
      name: 'recto_ocr_page_seconds',
      help: 'Seconds to read a page, without its wait.',
      buckets: [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64],
      registers,
    }),
  };
}
