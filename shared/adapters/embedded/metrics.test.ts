import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('exposes counters, gauges and histograms with their labels', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.increment('recto_runs_total', { status: 'failed' });
  metrics.increment('recto_runs_total', { status: 'failed' }, 2);
  metrics.gauge('recto_queue_depth', 7, { pool: 'ocr' });
  metrics.observe('recto_step_seconds', 0.3, { kind: 'convert' });
  const text = await metrics.expose();
  expect(text).toContain('recto_runs_total{status="failed"} 3');
  expect(text).toContain('recto_queue_depth{pool="ocr"} 7');
  expect(text).toContain('recto_step_seconds_bucket{le="0.25",kind="convert"} 0');
  expect(text).toContain('recto_step_seconds_bucket{le="0.5",kind="convert"} 1');
});

it('counts label values beyond the bound together', async () => {
  const metrics = createMetrics({ processMetrics: false, maxSeries: 3 });
  for (let i = 0; i < 100; i++) metrics.increment('recto_hits_total', { path: `/p${i}` });
  metrics.increment('recto_hits_total', { path: '/p0' });
  const lines = (await metrics.expose()).split('\n').filter((line) => line.startsWith('recto_hits_total{'));
  expect(lines).toHaveLength(4);
  expect(lines).toContain('recto_hits_total{path="/p0"} 2');
  expect(lines).toContain('recto_hits_total{path="other"} 97');
});

it('escapes label values', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.increment('recto_x_total', { a: 'q"\n\\' });
  expect(await metrics.expose()).toContain('recto_x_total{a="q\\"\\n\\\\"} 1');
});

it('keeps going when a call has other labels than the first, and refuses another kind', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.increment('recto_y_total', { a: '1' });
  metrics.increment('recto_y_total', { b: '2' });
  expect(await metrics.expose()).toContain('recto_y_total{a=""} 1');
  expect(() => metrics.gauge('recto_y_total', 1)).toThrow(/is a counter/);
});

it('tells about the process by default', async () => {
  expect(await createMetrics().expose()).toContain('process_resident_memory_bytes');
});
